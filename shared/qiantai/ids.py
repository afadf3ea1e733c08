"""Identifiers: UUIDv7 as text, so that ids sort by the time they were made."""

from __future__ import annotations

from typing import Annotated

import uuid_utils

Id = Annotated[str, "uuid"]
"""The type of a field that holds such an id; it is documented and shown as one."""


def new_id() -> str:
    """Return a new UUIDv7, 36 characters."""
    return str(uuid_utils.uuid7())
