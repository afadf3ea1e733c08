"""Policies that people write: read strictly, laid one over the other, compared field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from triage.domain.errors import IllegalDay, IllegalPolicy, Unreadable
from triage.domain.plain import Json
from triage.domain.policy.catalogue import FIELDS, decode_field, decode_policy, encode_field
from triage.domain.policy.policy import LaneRule, Policy, Window
from triage.domain.words import SUPERVISOR, ConsultantId, PassReason, VisitClass

_LONGEST_TEXT = 60
_LONGEST_MESSAGE = 300
_MINUTES_A_DAY = 24 * 60
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom and what the fields of a policy may name."""

    people: Collection[str]
    projects: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The version of one level that holds on a day; `name` is chain or branch."""

    name: str
    version: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInForce:
    """What holds for one field, and where it is written; by the book the version is None."""

    field: str
    value: Any
    level: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a level sets, which may be null."""

    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that differs; None where it is not set, so that the level below holds."""

    field: str
    before: Given | None
    after: Given | None


def read_fields(given: object, known: Known) -> Json:
    """Return the fields in their one form, ready to be kept.

    Stricter than a stored day needs: whoever writes a policy is told of
    everything that would have no effect. Raises IllegalPolicy with one message
    for each field that is not right, as `policy.lanes`.
    """
    if not isinstance(given, Mapping):
        raise IllegalPolicy(fields={"policy": "an object of policy fields"})
    problems: dict[str, str] = {}
    plain: Json = {}
    for name, value in given.items():
        if name not in FIELDS:
            problems[f"policy.{_shown(name)}"] = "there is no such field; see the list of all fields"
            continue
        try:
            plain[name] = _read(name, value, known)
        except (IllegalPolicy, IllegalDay) as problem:
            problems.update({field: text[:_LONGEST_MESSAGE] for field, text in problem.fields.items()})
    if problems:
        raise IllegalPolicy("; ".join(f"{field}: {text}" for field, text in problems.items()), fields=problems)
    return plain


def check_policy(policy: Policy, people: Collection[ConsultantId]) -> None:
    """Raise IllegalDay for lanes that do not part the classes, and for people whom nobody knows."""
    classes = [c for rule in policy.lanes for c in rule.classes]
    needed = set(VisitClass) - {VisitClass.RECHECK}
    if not needed <= set(classes) or len(classes) != len(set(classes)):
        refuse("policy.lanes", "every class but recheck belongs to exactly one lane")
    check_unique("policy.lanes", [rule.name for rule in policy.lanes])
    for rule in policy.lanes:
        check_unique(f"policy.lanes.{rule.name}", rule.order or ())
        check_known(f"policy.lanes.{rule.name}", rule.order or (), people)
    fixed = [c for some in policy.sources.values() for c in some if c != SUPERVISOR]
    check_known("policy.sources", fixed, people)
    check_known("policy.duty", [w.consultant for w in policy.duty if w.consultant], people)


def check_unique(where: str, ids: Sequence[str]) -> None:
    """Raise IllegalDay for whoever is named twice."""
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        refuse(where, f"named twice: {', '.join(twice)}")


def check_known(where: str, ids: Iterable[str], known: Collection[str]) -> None:
    """Raise IllegalDay for whoever is not known."""
    strange = sorted(set(ids) - set(known))
    if strange:
        refuse(where, f"unknown: {', '.join(strange)}")


def refuse(where: str, what: str) -> NoReturn:
    """Raise IllegalDay for one field."""
    raise IllegalDay(f"{where}: {what}", fields={where: what})


def policy_of(levels: Iterable[Level]) -> Policy:
    """Return the policy of these levels over the book, the later over the earlier, field by field."""
    fields: Json = {}
    for level in levels:
        fields.update(level.fields)
    return decode_policy(fields)


def in_force(levels: Sequence[Level]) -> list[FieldInForce]:
    """Return for every field what holds and which level says so, in the catalogue's order."""
    found = []
    for name, field in FIELDS.items():
        setting = next((level for level in reversed(levels) if name in level.fields), None)
        found.append(
            FieldInForce(
                field=name,
                value=field.default if setting is None else setting.fields[name],
                level="book" if setting is None else setting.name,
                version=None if setting is None else setting.version,
            )
        )
    return found


def for_branch(policy: Policy, people: Collection[str]) -> Policy:
    """Return the policy without people whom this branch does not have, so that its day can begin.

    A chain's policy names people of several branches, and people go.
    """
    return replace(
        policy,
        lanes=tuple(_lane_here(rule, people) for rule in policy.lanes),
        sources={
            source: here
            for source, fixed in policy.sources.items()
            if (here := tuple(c for c in fixed if c == SUPERVISOR or c in people))
        },
        duty=tuple(window for window in policy.duty if window.consultant is None or window.consultant in people),
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every field in which two sets of plain fields differ, in the catalogue's order."""
    changes = []
    for name in FIELDS:
        was = Given(before[name]) if name in before else None
        now = Given(after[name]) if name in after else None
        if was != now:
            changes.append(Change(field=name, before=was, after=now))
    return tuple(changes)


def all_fields(policy: Policy) -> Json:
    """Return every field of a policy as plain JSON, defaults included."""
    return {name: encode_field(name, getattr(policy, name)) for name in FIELDS}


def _read(name: str, value: object, known: Known) -> Any:  # noqa: ANN401 - JSON
    where = f"policy.{name}"
    unreadable = next((text for text in _texts_in(value) if _UNSEEN.search(text) or len(text) > _LONGEST_TEXT), None)
    if unreadable is not None:
        told = f"{_shown(unreadable)!r}: a text has at most {_LONGEST_TEXT} characters and no control characters"
        raise IllegalPolicy(fields={where: told})
    try:
        content = decode_field(name, value)
    except Unreadable as problem:
        told = f"{problem.detail.removeprefix(f'{where}: ')}; takes {FIELDS[name].takes_en}"
        raise IllegalPolicy(fields={where: told}) from None
    check_policy(Policy(**{name: content}), known.people)
    told = next((_CHECKS[name](content, known) if name in _CHECKS else iter(())), "")
    if told:
        raise IllegalPolicy(fields={where: told})
    return encode_field(name, content)


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)


def _shown(text: object) -> str:
    return str(text)[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()


def _lane_here(rule: LaneRule, people: Collection[str]) -> LaneRule:
    return rule if rule.order is None else replace(rule, order=tuple(c for c in rule.order if c in people))


def _minutes(value: int | None, _: Known) -> Iterator[str]:
    if value is not None and not 1 <= value <= _MINUTES_A_DAY:
        yield f"{value} is not between 1 and {_MINUTES_A_DAY} minutes"


def _projects(codes: Sequence[str], known: Known) -> Iterator[str]:
    unknown = sorted(set(codes) - set(known.projects))
    if unknown:
        yield f"unknown: {', '.join(unknown)}; take codes of the catalogue"
    yield from _twice(codes)


def _classes(classes: Sequence[str], _: Known) -> Iterator[str]:
    yield from _twice(classes)


def _waivers(windows: Sequence[Window], _: Known) -> Iterator[str]:
    if any(window.shift is None or window.consultant is not None for window in windows):
        yield "each window names a shift, and no consultant"
    yield from _hours(windows)


def _duties(windows: Sequence[Window], _: Known) -> Iterator[str]:
    if any(window.consultant is None or window.shift is not None for window in windows):
        yield "each window names a consultant, and no shift"
    yield from _hours(windows)


def _hours(windows: Sequence[Window]) -> Iterator[str]:
    if any(window.start >= window.end for window in windows):
        yield "a window starts before it ends; one over midnight is two windows"


def _reasons(reasons: Collection[PassReason], _: Known) -> Iterator[str]:
    if PassReason.NOT_ON_DUTY in reasons:
        yield "a miss while not on duty is never made up (T17, T27); leave not_on_duty out"


def _lanes(lanes: Sequence[LaneRule], _: Known) -> Iterator[str]:
    empty = [rule.name for rule in lanes if rule.order == ()]
    if empty:
        yield f"{empty[0]}: name at least one for its order, or leave the order out"


def _sources(sources: Mapping[str, Sequence[str]], _: Known) -> Iterator[str]:
    empty = [source for source, fixed in sources.items() if not fixed]
    if empty:
        yield f"{empty[0]}: name at least one, or leave the source out"
    for fixed in sources.values():
        yield from _twice(fixed)


def _places(reserved: Mapping[str, Sequence[int]], _: Known) -> Iterator[str]:
    places = [place for some in reserved.values() for place in some]
    if any(place < 1 for place in places):
        yield "places are counted from 1"
    yield from _twice([str(place) for place in places])


def _twice(texts: Sequence[str]) -> Iterator[str]:
    doubled = sorted({text for text in texts if texts.count(text) > 1})
    if doubled:
        yield f"named twice: {', '.join(doubled)}"


# What a field must be beyond its form: whatever is told here would have no effect, or not the one that is meant.
_CHECKS: Mapping[str, Callable[[Any, Known], Iterator[str]]] = {
    "wait_limit_minutes": _minutes,
    "leaves_within_minutes": _minutes,
    "accept_within_minutes": _minutes,
    "accept_total_minutes": _minutes,
    "major_projects": _projects,
    "class_order": _classes,
    "scope_waiver_windows": _waivers,
    "duty": _duties,
    "credit_reasons": _reasons,
    "lanes": _lanes,
    "sources": _sources,
    "reserved_places": _places,
}
