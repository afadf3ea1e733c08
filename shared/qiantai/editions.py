"""Changing what somebody has loaded: the version that they saw must still be the newest."""

from __future__ import annotations

from qiantai.errors import THE_ETAG, Stale, VersionMissing


def edits(version: int | None, newest: int, *, changes: bool) -> bool:
    """Say whether this is a change, of the version that was loaded; the same content again is none.

    `version` is that of If-Match, None without it. Raises Stale, VersionMissing.
    """
    if version is not None and version != newest:
        raise Stale(facts={"version": newest})
    if changes and version is None:
        raise VersionMissing(fields={"If-Match": THE_ETAG})
    return changes
