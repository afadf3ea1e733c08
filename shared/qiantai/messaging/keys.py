"""What every message bears: its content type and its topic key, of which `*` is one word, `#` any number."""

from __future__ import annotations

from collections.abc import Sequence

CONTENT_TYPE = "application/cloudevents+json"


def matches(binding: str, key: str) -> bool:
    """Say whether a topic binding takes a routing key."""
    return _matches(binding.split("."), key.split("."))


def _matches(binding: Sequence[str], key: Sequence[str]) -> bool:
    if not binding:
        return not key
    first, rest = binding[0], binding[1:]
    if first == "#":
        return any(_matches(rest, key[taken:]) for taken in range(len(key) + 1))
    return bool(key) and first in ("*", key[0]) and _matches(rest, key[1:])


def alone_of(group: str) -> str:
    """Return the name of the queue that a connection has to itself where the group may have one reader alone."""
    return f"{group}.alone"
