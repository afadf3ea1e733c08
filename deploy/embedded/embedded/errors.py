"""The base of what ends a command with one line."""

from __future__ import annotations


class CannotGoOn(RuntimeError):
    """Something that a person must mend first."""
