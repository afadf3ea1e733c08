"""The base of all events and the table of their types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeVar, dataclass_transform

CHAIN = "chain"
"""Routing branch of facts that hold in every branch (files, staff, catalogue)."""

_TYPE = re.compile(r"^[a-z-]+\.[a-z_]+\.[a-z_]+\.v[1-9][0-9]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact that one service tells the others; `branch` is where it holds, CHAIN for everywhere."""

    TYPE: ClassVar[str] = ""
    SUBJECT: ClassVar[str] = ""

    branch: str

    @property
    def subject(self) -> str:
        """Id of the aggregate that the fact is about; order holds per subject."""
        return str(getattr(self, self.SUBJECT))


E = TypeVar("E", bound=Event)
_types: dict[str, type[Event]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(type_: str, *, subject: str) -> Callable[[type[E]], type[E]]:
    """Declare a contract: its literal type and the field that names its aggregate."""

    def declare(cls: type[E]) -> type[E]:
        if not _TYPE.match(type_) or type_ in _types:
            raise ValueError(f"not a free event type: {type_}")
        made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
        made.TYPE = type_
        made.SUBJECT = subject
        _types[type_] = made
        return made

    return declare


def event_types() -> Mapping[str, type[Event]]:
    """All contracts by their literal type."""
    return MappingProxyType(_types)


def publisher_of(type_: str) -> str:
    """Return the service that publishes this type."""
    return type_.split(".", 1)[0]


def aggregate_of(type_: str) -> str:
    """Return the kind of thing that this type is about."""
    return type_.split(".", 2)[1]
