"""States of a record: each kind of record has one table of which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from qiantai.errors import Refusal


class Record(Protocol):
    """A frozen dataclass with a state; `version` counts its changes."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def version(self) -> int:
        """How often it was changed."""


R = TypeVar("R", bound=Record)


def become(record: R, state: str, following: Mapping[str, tuple[str, ...]], refusal: Refusal, **values: Any) -> R:  # noqa: ANN401 - fields of the record
    """Return the record in `state`, one version on, with other values that go with it.

    `following` is the table of its kind: state -> states that may follow. Raises `refusal` where this one may not.
    """
    if state not in following[record.state]:
        raise refusal
    return replace(record, state=state, version=record.version + 1, **values)
