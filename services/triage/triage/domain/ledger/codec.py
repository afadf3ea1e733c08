"""A day as plain JSON and back, exactly: what it begins with, its events and its decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, TypeVar, cast

from qiantai.both import Both

from triage.domain import events
from triage.domain.errors import Unreadable
from triage.domain.model import Consultant, Credit, Decision, Passed, Project, Released, Swap
from triage.domain.plain import Json, clock, read_by_name, read_each, read_object, read_text, read_texts, seconds
from triage.domain.policy.catalogue import decode_policy, encode_policy
from triage.domain.rotation.beginning import Beginning, Carried
from triage.domain.words import Basis, PassReason, Status, VisitClass

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Form:
    """How the values of a field are written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _checked(kind: type) -> Callable[[Any], Any]:
    def read(value: object) -> object:
        if not isinstance(value, kind):
            raise Unreadable(
                Both("{value} is no {kind}", "{value} 不是 {kind}").format(value=repr(value), kind=kind.__name__)
            )
        return value

    return read


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Unreadable(Both("{value} is no list of texts", "{value} 不是文字列表").format(value=repr(value)))
    return value


def _word(kind: type[VisitClass | Status | Basis | PassReason]) -> _Form:
    def read(value: Any) -> object:  # noqa: ANN401
        try:
            return kind(value)
        except ValueError:
            raise Unreadable(
                Both("unknown {kind}: {value}", "没有这个 {kind}：{value}").format(
                    kind=kind.__name__, value=repr(value)
                )
            ) from None

    return _Form(write=str, read=read)


def _scope(value: object) -> frozenset[str] | None:
    return None if value == "*" else frozenset(_texts(value))


_TEXT = _Form(write=str, read=_checked(str))
_FLAG = _Form(write=bool, read=_checked(bool))
_TIME = _Form(write=clock, read=seconds)
_LIST = _Form(write=list, read=lambda v: tuple(_texts(v)))
_SET = _Form(write=sorted, read=lambda v: frozenset(_texts(v)))
_SCOPE = _Form(write=lambda v: "*" if v is None else sorted(v), read=_scope)


def _record(kind: type) -> _Form:
    return _Form(write=lambda v: encode_record(v), read=lambda v: decode_record(kind, v))  # noqa: PLW0108


def _records(kind: type) -> _Form:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Unreadable(Both("{value} is no list", "{value} 不是列表").format(value=repr(value)))
        return tuple(decode_record(kind, v) for v in value)

    return _Form(write=lambda v: [encode_record(x) for x in v], read=read)


# By field name: a name means the same in every event and decision.
_FORMS: Mapping[str, _Form] = {
    "at": _TIME,
    "klass": _word(VisitClass),
    "status": _word(Status),
    "basis": _word(Basis),
    "reason:word": _word(PassReason),
    "scope": _SCOPE,
    **dict.fromkeys(("projects", "notes_projects", "order", "rules"), _LIST),
    **dict.fromkeys(("soon", "absent", "barred", "designated"), _SET),
    **dict.fromkeys(("major", "treat_now", "treatment", "credit", "owns", "counted", "differs", "moved", "top"), _FLAG),
}
_RECORDS: Mapping[str, _Form] = {
    "passed": _records(Passed),
    "released": _record(Released),
    "granted": _records(Credit),
    "redeemed": _record(Credit),
    "swap_owed": _record(Swap),
    "swap_paid": _record(Swap),
}
_WRITTEN_AS = {"klass": "class"}

EVENTS: Mapping[str, type[events.Event]] = {
    "arrive": events.Arrive,
    "status": events.SetStatus,
    "start": events.Start,
    "finish": events.Finish,
    "void": events.Void,
    "retriage": events.Retriage,
    "referrer_found": events.ReferrerFound,
    "notes_found": events.NotesFound,
    "tick": events.Tick,
    "change_consultant": events.ChangeConsultant,
    "supervisor_names": events.SupervisorNames,
    "objects": events.Objects,
    "reclassify": events.Reclassify,
    "second_triage": events.SecondTriage,
    "leave": events.Leave,
    "accept": events.Accept,
    "move_owner": events.MoveOwner,
    "reorder": events.Reorder,
    "set_consultant": events.SetConsultant,
    "owner_known": events.OwnerKnown,
    "set_project": events.SetProject,
}
_NAMES = {kind: name for name, kind in EVENTS.items()}


def encode_event(event: events.Event) -> Json:
    """Return the event as in a day script; what has its default is left out."""
    plain = encode_record(event)
    return {"at": plain.pop("at"), "type": _NAMES[type(event)], **plain}


def decode_event(plain: Mapping[str, Any]) -> events.Event:
    """Return the event. Raises Unreadable for an unknown type, field or value."""
    name = plain.get("type")
    kind = EVENTS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Unreadable(Both("unknown type of event: {name}", "没有这种事件：{name}").format(name=repr(name)))
    return decode_record(kind, {k: v for k, v in plain.items() if k != "type"})


def encode_decision(decision: Decision) -> Json:
    """Return the whole decision, as the ledger keeps it."""
    return encode_record(decision)


def decode_decision(plain: Mapping[str, Any]) -> Decision:
    """Return the decision of `encode_decision`. Raises Unreadable."""
    return decode_record(Decision, plain)


def printed(decision: Decision) -> Json:
    """Return the decision as `triage replay` prints it."""
    line: Json = {
        "at": clock(decision.at),
        "visit": decision.visit,
        "to": decision.to,
        "basis": decision.basis.value,
        "counted": decision.counted,
        "passed": [encode_record(p) for p in decision.passed],
        "rules": list(decision.rules),
    }
    if decision.released is not None:
        line["released"] = encode_record(decision.released)
    return line


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
        order=tuple(read_texts(plain["order"])),
        policy=decode_policy(plain.get("policy", {})),
        projects=tuple(read_each(plain.get("projects", []), _decode_project)),
        consultants=tuple(read_each(plain.get("consultants", []), lambda c: decode_record(Consultant, c))),
        owners=read_by_name(plain.get("owners", {}), read_text),
        carried=read_by_name(plain.get("carried", {}), _decode_carried),
        designated=read_by_name(plain.get("designated", {}), read_text),
    )


def _encode_project(project: Project) -> Json:
    return {k: v for k, v in encode_record(project).items() if k != "rank"}


def _decode_project(value: object) -> Project:
    if "rank" in read_object(value):
        raise Unreadable(Both("projects: the place in the list is the rank", "projects：列表中的位置就是次序"))
    return decode_record(Project, value)


def _encode_consultant(person: Consultant) -> Json:
    return {"scope": "*", **encode_record(person)}


def _encode_carried(carried: Carried) -> Json:
    return {
        "pointer": carried.pointer,
        "credits": [encode_record(c) for c in carried.credits],
        "swaps": [encode_record(s) for s in carried.swaps],
    }


def _decode_carried(value: object) -> Carried:
    plain = read_object(value)
    strange = sorted(set(plain) - {"pointer", "credits", "swaps"})
    if strange:
        raise Unreadable(
            Both("carried: unknown field: {strange}", "carried：没有这些项：{strange}").format(strange=strange)
        )
    pointer = plain.get("pointer")
    return Carried(
        pointer=None if pointer is None else read_text(pointer),
        credits=tuple(read_each(plain.get("credits", []), lambda c: decode_record(Credit, c))),
        swaps=tuple(read_each(plain.get("swaps", []), lambda s: decode_record(Swap, s))),
    )


def encode_record(value: Any) -> Json:  # noqa: ANN401 - any of the dataclasses above
    """Return an event, a decision or one of the small values of `model` as a JSON object."""
    plain: Json = {}
    for field in _fields_of(cast("Any", type(value))):
        content = getattr(value, field.name)
        if field.required or content != field.default:
            plain[field.written] = None if content is None else field.form.write(content)
    return plain


def decode_record(kind: type[R], value: object) -> R:
    """Return the value that `encode_record` wrote. Raises Unreadable."""
    plain = read_object(value)
    known = _by_written(cast("Any", kind))
    if not plain.keys() <= known.keys():
        strange = sorted(set(plain) - set(known))
        raise Unreadable(Both("unknown field: {strange}", "没有这些项：{strange}").format(strange=strange))
    content = {}
    for written, given in plain.items():
        field = known[written]
        content[field.name] = None if given is None and field.may_be_null else field.form.read(given)
    missing = [field.written for field in known.values() if field.required and field.name not in content]
    if missing:
        raise Unreadable(Both("missing field: {missing}", "缺少这些项：{missing}").format(missing=missing))
    return kind(**content)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a dataclass, how it is written and read."""

    name: str
    written: str
    form: _Form
    required: bool
    default: object
    may_be_null: bool


@cache
def _fields_of(kind: Any) -> tuple[_Field, ...]:  # noqa: ANN401 - any of the dataclasses above
    return tuple(
        _Field(
            name=field.name,
            written=_WRITTEN_AS.get(field.name, field.name),
            form=_form(kind, field.name),
            required=field.default is MISSING and field.default_factory is MISSING,
            default=field.default,
            may_be_null=field.name == "to" or (field.default is None and field.name != "scope"),
        )
        for field in fields(kind)
    )


@cache
def _by_written(kind: Any) -> Mapping[str, _Field]:  # noqa: ANN401 - any of the dataclasses above
    return {field.written: field for field in _fields_of(kind)}


def _form(kind: type, name: str) -> _Form:
    if kind is Decision and name in _RECORDS:
        return _RECORDS[name]
    if kind in {Passed, Credit} and name == "reason":
        return _FORMS["reason:word"]
    if kind is Project and name == "klass":
        return _TEXT
    return _FORMS.get(name, _TEXT)
