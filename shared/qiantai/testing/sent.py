"""What a piece of work sends to the database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest


@contextmanager
def sent_statements(*, everywhere: bool = False) -> Iterator[list[str]]:
    """Gather the statements of this thread, or of all; others, like the waker, have connections of their own."""
    sent: list[str] = []
    plain, here = psycopg.Cursor.execute, threading.get_ident()

    def execute(self: Any, query: Any, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as psycopg has it
        if everywhere or threading.get_ident() == here:
            sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return plain(self, query, *given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", execute)
        yield sent
