"""Topic keys: `*` is one word, `#` any number, as RabbitMQ matches them."""

from __future__ import annotations

import re


def matches(binding: str, key: str) -> bool:
    """Say whether a topic binding takes a routing key."""
    words = binding.split(".")
    pattern = ""
    for place, word in enumerate(words):
        dot = r"\." if place else ""
        if word == "#":
            pattern += r"(?:\.[^.]+)*" if place else r"(?:[^.]+(?:\.[^.]+)*)?"
        else:
            pattern += dot + (r"[^.]+" if word == "*" else re.escape(word))
    return re.fullmatch(pattern, key) is not None
