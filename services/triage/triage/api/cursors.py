"""Where the next page of a list begins: an id."""

from __future__ import annotations

import uuid
from typing import Any

from qiantai.web.paging import BadCursor, read_cursor


def id_of(query: dict[str, Any]) -> str | None:
    """Return the id that the last page ended with, None on the first page. Raises BadCursor."""
    keys = read_cursor(query["cursor"], str)
    try:
        return None if keys is None else str(uuid.UUID(str(keys[0])))
    except ValueError as error:
        raise BadCursor(fields={"cursor": "not a cursor of this list"}) from error
