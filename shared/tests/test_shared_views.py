"""Views are made from dataclasses, and say of each field what its type says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal

import marshmallow as ma
import pytest
from apispec import APISpec
from qiantai.application.openapi import Described
from qiantai.ids import Id, new_id
from qiantai.web.views import Shown, list_of, many, nested, view_of

PLUGIN = Described()
SPEC = APISpec("test", "1", "3.1.0", plugins=[PLUGIN])
AT = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)


def schema_of(view: type[ma.Schema]) -> dict[str, Any]:
    described: dict[str, Any] = PLUGIN.converter.schema2jsonschema(view())
    return described


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One way of paying."""

    kind: Literal["cash", "card"]
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is owed."""

    id: Id
    visit: Id | None
    day: date
    at: datetime
    paid_at: datetime | None
    tenders: tuple[Tender, ...]
    newest: Tender | None
    colours: tuple[Colour, ...] = ()
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    rate: float | None = None
    secret: str = "do not tell"
    anything: object = None

    @property
    def due(self) -> int | None:
        """What is still owed."""
        return sum(tender.amount for tender in self.tenders)


SLIP = Slip(
    id=new_id(),
    visit=None,
    day=date(2026, 11, 21),
    at=AT,
    paid_at=None,
    tenders=(Tender(kind="cash", amount=5), Tender(kind="card", amount=7)),
    newest=None,
    colours=(Colour.RED,),
    counts={"a": 1},
    details={"why": ["x", None]},
    anything=[1],
)
SlipView = view_of(Slip, also=("due",), without=("secret",))
SHOWN = {
    "id": SLIP.id,
    "visit": None,
    "day": "2026-11-21",
    "at": "2026-11-21T01:02:03+00:00",
    "paid_at": None,
    "tenders": [{"kind": "cash", "amount": 5}, {"kind": "card", "amount": 7}],
    "newest": None,
    "colours": ["red"],
    "counts": {"a": 1},
    "details": {"why": ["x", None]},
    "rate": None,
    "anything": [1],
    "due": 12,
}


def test_a_record_is_shown_as_its_fields_and_what_is_asked_for_also() -> None:
    assert SlipView().dump(SLIP) == SHOWN


def test_a_dict_may_stand_for_a_record() -> None:
    values = {field.name: getattr(SLIP, field.name) for field in dataclasses.fields(SLIP)}
    assert SlipView().dump({**values, "due": 12}) == SHOWN


def test_the_document_says_what_the_types_say() -> None:
    described = schema_of(SlipView)
    assert described["description"] == "What is owed."
    assert described["additionalProperties"] is False
    assert described["required"] == sorted(SHOWN)
    assert described["properties"] == {
        "id": {"type": "string", "format": "uuid"},
        "visit": {"type": ["string", "null"], "format": "uuid"},
        "day": {"type": "string", "format": "date"},
        "at": {"type": "string", "format": "date-time"},
        "paid_at": {"type": ["string", "null"], "format": "date-time"},
        "tenders": {"type": "array", "items": {"$ref": "#/components/schemas/TenderView"}},
        "newest": {"anyOf": [{"$ref": "#/components/schemas/TenderView"}, {"type": "null"}]},
        "colours": {"type": "array", "items": {"type": "string", "enum": ["red", "blue"]}},
        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
        "details": {"type": "object", "additionalProperties": {}},
        "rate": {"type": ["number", "null"]},
        "anything": {},
        "due": {"type": ["integer", "null"], "description": "What is still owed."},
    }
    assert schema_of(view_of(Tender))["properties"]["kind"] == {"type": "string", "enum": ["cash", "card"]}


def test_what_stands_beside_a_record_is_shown_with_it() -> None:
    view = view_of(Tender, more={"name": str, "slip": nested(SlipView, allow_none=True)}, about="Paid.", name="Paid")
    shown = Shown(Tender(kind="cash", amount=5), name="Wang", slip=None)
    assert view().dump(shown) == {"kind": "cash", "amount": 5, "name": "Wang", "slip": None}
    assert (view.__name__, schema_of(view)["description"]) == ("Paid", "Paid.")
    assert not hasattr(shown, "due")


def test_a_field_is_replaced_by_another_view_of_it() -> None:
    short = view_of(Tender, without=("kind",), name="ShortTender")
    view = view_of(Slip, more={"tenders": many(short)}, name="ShortSlip")
    assert view(only=("tenders",)).dump(SLIP) == {"tenders": [{"amount": 5}, {"amount": 7}]}


def test_a_list_holds_its_views() -> None:
    assert list_of(view_of(Tender))().dump({"items": [SLIP.tenders[0]]}) == {"items": [{"kind": "cash", "amount": 5}]}


def test_a_record_has_one_view_wherever_it_is_nested() -> None:
    assert view_of(Tender) is view_of(Tender)
    assert SlipView().fields["newest"].schema.__class__ is view_of(Tender)  # type: ignore[attr-defined]


def test_a_field_that_is_missing_is_not_left_out_in_silence() -> None:
    with pytest.raises(KeyError, match="amount"):
        view_of(Tender)().dump({"kind": "cash"})
    with pytest.raises(AttributeError, match="due"):
        SlipView(only=("due",)).dump(SLIP.tenders[0])


def test_a_time_without_offset_is_not_shown() -> None:
    with pytest.raises(ma.ValidationError, match="a time needs an offset"):
        SlipView().dump(dataclasses.replace(SLIP, at=AT.replace(tzinfo=None)))


@pytest.mark.parametrize("options", [{"also": ("dew",)}, {"without": ("dew",)}])
def test_a_name_that_there_is_not_is_refused_when_the_service_starts(options: dict[str, Any]) -> None:
    with pytest.raises((AttributeError, ValueError), match="dew"):
        view_of(Slip, **options)


def test_a_type_that_has_no_field_is_refused_when_the_service_starts() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Odd:
        """A set."""

        odd: frozenset[str]

    with pytest.raises(TypeError, match="frozenset"):
        view_of(Odd)
