"""Of what form the value of a policy field is, for whoever draws it: kinds of values, their codes, parts of records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Forms of values; those in the plural are lists, in the order in which they are written."""

    FLAG = "flag"
    NUMBER = "number"
    TIME = "time"
    TEXT = "text"
    TEXTS = "texts"
    NUMBERS = "numbers"
    CHOICE = "choice"
    CHOICES = "choices"
    MAP = "map"
    RECORDS = "records"


class Names(StrEnum):
    """What texts and keys name."""

    PROJECT = "project"
    PROJECT_CLASS = "project_class"
    CONSULTANT = "consultant"
    RECEIVER = "receiver"
    SOURCE = "source"
    SHIFT = "shift"
    LANE = "lane"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainForm:
    """A plain value or a list of such; `group` holds the words of its `codes`, `names` is what its texts name."""

    kind: Kind
    codes: tuple[str, ...] = ()
    group: str | None = None
    names: Names | None = None
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """One part of a record; an optional one is left out."""

    name: str
    form: PlainForm
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueForm(PlainForm):
    """The form of a field: plain, a map of keys to values, or a list of records with these parts."""

    nullable: bool = False
    key: PlainForm | None = None
    value: PlainForm | None = None
    parts: tuple[RecordPart, ...] = ()
