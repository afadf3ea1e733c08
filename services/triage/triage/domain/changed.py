"""Values that are changed at every step of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import replace as changed
else:

    def changed(value: T, **changes: Any) -> T:  # noqa: ANN401 - fields
        """Return a copy with other values of some fields: `dataclasses.replace`, many times faster.

        For frozen dataclasses without slots, and without anything kept beside their fields.
        """
        copy = object.__new__(type(value))
        copy.__dict__.update(value.__dict__)
        copy.__dict__.update(changes)
        return copy


__all__ = ["changed"]
