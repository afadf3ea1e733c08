"""Where the next page of a list begins: after a code, or before an id."""

from __future__ import annotations

import uuid
from typing import Any

from qiantai.web.paging import BadCursor, read_cursor


def code_after(query: dict[str, Any]) -> str | None:
    """Return the code that the last page ended with. Raises BadCursor."""
    keys = read_cursor(query["cursor"], str)
    return str(keys[0]) if keys else None


def id_before(query: dict[str, Any]) -> str | None:
    """Return the id that the last page ended with. Raises BadCursor."""
    key = code_after(query)
    try:
        return None if key is None else str(uuid.UUID(key))
    except ValueError as error:
        raise BadCursor(fields={"cursor": "not a cursor of this list"}) from error
