"""What a day begins with as plain JSON and back: the head of a day script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from triage.domain.beginning import Beginning, Carried
from triage.domain.codec import Json, clock, decode_record, encode_record, seconds
from triage.domain.errors import Unreadable
from triage.domain.model import Consultant, Credit, Project, Swap
from triage.domain.policy import HigherNotes, Kind, LaneRule, Policy, Use, Window
from triage.domain.words import PassReason, VisitClass

T = TypeVar("T")


def encode_beginning(given: Beginning) -> Json:
    """Return the head of the day script; a policy field with its default is left out."""
    head: Json = {
        "branch": given.branch,
        "date": given.date,
        "timezone": given.timezone,
        "policy": encode_policy(given.policy),
        "projects": [_encode_project(p) for p in given.projects],
        "consultants": [_encode_consultant(c) for c in given.consultants],
        "order": list(given.order),
        "owners": dict(given.owners),
    }
    if given.carried:
        head["carried"] = {name: _encode_carried(c) for name, c in given.carried.items()}
    if given.designated:
        head["designated"] = dict(given.designated)
    return head


def decode_beginning(plain: Mapping[str, Any]) -> Beginning:
    """Return the beginning from the head of a day script. Raises Unreadable."""
    head = {name: plain[name] for name in ("branch", "date", "timezone")}
    return Beginning(
        **head,
        order=tuple(_texts(plain["order"])),
        policy=decode_policy(plain.get("policy", {})),
        projects=tuple(_each(plain.get("projects", []), _decode_project)),
        consultants=tuple(_each(plain.get("consultants", []), _decode_consultant)),
        owners=_by_name(plain.get("owners", {}), _text),
        carried=_by_name(plain.get("carried", {}), _decode_carried),
        designated=_by_name(plain.get("designated", {}), _text),
    )


def encode_policy(policy: Policy) -> Json:
    """Return the policy's fields that differ from the book."""
    book = Policy()
    return {
        f.name: encode_field(f.name, content)
        for f in fields(policy)
        if (content := getattr(policy, f.name)) != getattr(book, f.name)
    }


def decode_policy(plain: object) -> Policy:
    """Return the policy; what is not given is as in the book. Raises Unreadable."""
    given = _object(plain)
    strange = sorted(set(given) - set(_POLICY))
    if strange:
        raise Unreadable(f"policy: unknown field: {', '.join(strange)}")
    return Policy(**{name: decode_field(name, value) for name, value in given.items()})


def encode_field(name: str, content: Any) -> Any:  # noqa: ANN401 - what this field holds
    """Return one field of the policy as plain JSON."""
    return _POLICY[name][0](content)


def decode_field(name: str, value: object) -> Any:  # noqa: ANN401 - what this field holds
    """Return what one field of the policy holds. Raises Unreadable with the field's name before it."""
    try:
        return _POLICY[name][1](value)
    except Unreadable as problem:
        raise Unreadable(f"policy.{name}: {problem.detail}") from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unreadable(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unreadable(f"{value!r} is neither true nor false")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Unreadable(f"{value!r} is no whole number from 0")
    return value


def _texts(value: object) -> list[str]:
    return _each(value, _text)


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Unreadable(f"{value!r} is no object")
    return value


def _each(value: object, read: Callable[[Any], T]) -> list[T]:
    if not isinstance(value, list | tuple):
        raise Unreadable(f"{value!r} is no list")
    return [read(item) for item in value]


def _by_name(value: object, read: Callable[[Any], T]) -> dict[str, T]:
    return {_text(name): read(item) for name, item in _object(value).items()}


def _one_of(kind: Callable[[Any], T]) -> Callable[[Any], T]:
    def read(value: object) -> T:
        try:
            return kind(value)
        except ValueError:
            raise Unreadable(f"unknown word: {value!r}") from None

    return read


def _choice(*words: str) -> Callable[[Any], str]:
    def read(value: object) -> str:
        if value not in words:
            raise Unreadable(f"{value!r} is not one of {', '.join(words)}")
        return str(value)

    return read


def _encode_project(project: Project) -> Json:
    return {k: v for k, v in encode_record(project).items() if k != "rank"}


def _decode_project(value: object) -> Project:
    if "rank" in _object(value):
        raise Unreadable("projects: the place in the list is the rank")
    return decode_record(Project, value)


def _encode_consultant(person: Consultant) -> Json:
    plain = encode_record(person)
    return {"scope": "*", **plain}


def _decode_consultant(value: object) -> Consultant:
    return decode_record(Consultant, value)


def _encode_carried(carried: Carried) -> Json:
    return {
        "pointer": carried.pointer,
        "credits": [encode_record(c) for c in carried.credits],
        "swaps": [encode_record(s) for s in carried.swaps],
    }


def _decode_carried(value: object) -> Carried:
    plain = _object(value)
    strange = sorted(set(plain) - {"pointer", "credits", "swaps"})
    if strange:
        raise Unreadable(f"carried: unknown field: {', '.join(strange)}")
    pointer = plain.get("pointer")
    return Carried(
        pointer=None if pointer is None else _text(pointer),
        credits=tuple(_each(plain.get("credits", []), lambda c: decode_record(Credit, c))),
        swaps=tuple(_each(plain.get("swaps", []), lambda s: decode_record(Swap, s))),
    )


def _encode_window(window: Window) -> Json:
    plain = {"shift": window.shift, "consultant": window.consultant}
    named = {k: v for k, v in plain.items() if v is not None}
    return {**named, "start": clock(window.start), "end": clock(window.end)}


def _decode_window(value: object) -> Window:
    plain = dict(_object(value))
    strange = sorted(set(plain) - {"shift", "consultant", "start", "end"})
    if strange or not {"start", "end"} <= set(plain):
        raise Unreadable("a window has start, end, and a shift or a consultant")
    return Window(
        start=seconds(plain["start"]),
        end=seconds(plain["end"]),
        shift=_text(plain["shift"]) if "shift" in plain else None,
        consultant=_text(plain["consultant"]) if "consultant" in plain else None,
    )


def _encode_lane(rule: LaneRule) -> Json:
    own = {} if rule.order is None else {"order": list(rule.order)}
    return {"name": rule.name, "classes": sorted(rule.classes), "counted": rule.counted, **own}


def _decode_lane(value: object) -> LaneRule:
    plain = dict(_object(value))
    strange = sorted(set(plain) - {"name", "classes", "counted", "order"})
    if strange or not {"name", "classes", "counted"} <= set(plain):
        raise Unreadable("a lane has name, classes, counted, and perhaps its own order")
    return LaneRule(
        name=_text(plain["name"]),
        classes=frozenset(_each(plain["classes"], _one_of(VisitClass))),
        counted=_flag(plain["counted"]),
        order=tuple(_texts(plain["order"])) if "order" in plain else None,
    )


def _same(value: Any) -> Any:  # noqa: ANN401 - what is plain stays as it is
    return value


def _optional_whole(value: object) -> int | None:
    return None if value is None else _whole(value)


_PLAIN_FLAG = (_same, _flag)
_PLAIN_TEXTS = (list, lambda v: tuple(_texts(v)))
_MINUTES = (_same, _optional_whole)
_WINDOWS = (
    lambda ws: [_encode_window(w) for w in ws],
    lambda v: tuple(_each(v, _decode_window)),
)
# By policy field: how it is written, and how it is read.
_POLICY: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "wait_limit_minutes": (_same, _whole),
    "major_projects": _PLAIN_TEXTS,
    "class_order": _PLAIN_TEXTS,
    "higher_notes": (str, _one_of(HigherNotes)),
    "first_visit_scope": (_same, _choice("branch", "chain")),
    "first_visit_to_owner": _PLAIN_FLAG,
    "designated_counts": _PLAIN_FLAG,
    "scope_waiver_windows": _WINDOWS,
    "credit_reasons": (sorted, lambda v: frozenset(_each(v, _one_of(PassReason)))),
    "voided_left_out_of_moves": _PLAIN_FLAG,
    "reclassified_keeps_count": _PLAIN_FLAG,
    "day_start": (_same, _choice("continue", "top")),
    "credit_carry_over": _PLAIN_FLAG,
    "lanes": (
        lambda ls: [_encode_lane(r) for r in ls],
        lambda v: tuple(_each(v, _decode_lane)),
    ),
    "uses": (
        lambda u: {str(k): str(v) for k, v in u.items()},
        lambda v: {_one_of(Kind)(k): _one_of(Use)(u) for k, u in _object(v).items()},
    ),
    "transfer_uses_givers_turn": _PLAIN_FLAG,
    "leaves_within_minutes": _MINUTES,
    "accept_within_minutes": _MINUTES,
    "accept_total_minutes": _MINUTES,
    "named_request_outside_rotation": _PLAIN_FLAG,
    "sources": (
        lambda s: {k: list(v) for k, v in s.items()},
        lambda v: _by_name(v, lambda people: tuple(_texts(people))),
    ),
    "duty": _WINDOWS,
    "order_by": (_same, _choice("ranking", "check_in", "hand")),
    "reserved_places": (
        lambda r: {k: list(v) for k, v in r.items()},
        lambda v: _by_name(v, lambda places: tuple(_each(places, _whole))),
    ),
}
