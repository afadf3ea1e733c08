"""Policies that people write: read strictly, laid one over the other, compared field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qiantai.both import Both

from triage.domain.errors import IllegalDay, IllegalPolicy, Unreadable
from triage.domain.plain import Json
from triage.domain.policy.catalogue import FIELDS, PolicyField, decode_policy
from triage.domain.policy.policy import Policy
from triage.domain.policy.takes import AT, Known, People

_LONGEST_TEXT = 60
_LONGEST_MESSAGE = 300
_UNSEEN = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")

_UNREADABLE = Both(
    "{text!r}: a text has at most {most} characters and no control characters",
    "{text!r}：文字最多 {most} 个字符，不能有控制字符。",
)
_TAKES = Both("{wrong}; takes {takes}", "{wrong}；应为{takes}。")


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
class FieldDiffers:
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
        raise IllegalPolicy(fields={"policy": Both("an object of policy fields", "请给出分诊政策各项的对象。")})
    problems: dict[str, Both] = {}
    plain: Json = {}
    for name, value in given.items():
        if name not in FIELDS:
            problems[f"policy.{_shown(name)}"] = Both(
                "there is no such field; see the list of all fields", "没有这一项，请看全部项的列表。"
            )
            continue
        try:
            plain[name] = _read(FIELDS[name], value, known)
        except (IllegalPolicy, IllegalDay) as problem:
            problems.update({field: text.cut(_LONGEST_MESSAGE) for field, text in problem.fields.items()})
    if problems:
        told = [AT.format(where=field, what=text) for field, text in problems.items()]
        raise IllegalPolicy(Both("; ".join(told), "；".join(one.zh for one in told)), fields=problems)
    return plain


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


def for_branch(policy: Policy, people: People) -> Policy:
    """Return the policy without people whom this branch does not have, so that its day can begin.

    A chain's policy names people of several branches, and people go.
    """
    return replace(policy, **{name: field.takes.here(field.of(policy), people) for name, field in FIELDS.items()})


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldDiffers, ...]:
    """Return every field in which two sets of plain fields differ, in the catalogue's order."""
    changes = []
    for name in FIELDS:
        was = Given(before[name]) if name in before else None
        now = Given(after[name]) if name in after else None
        if was != now:
            changes.append(FieldDiffers(field=name, before=was, after=now))
    return tuple(changes)


def all_fields(policy: Policy) -> Json:
    """Return every field of a policy as plain JSON, defaults included."""
    return {name: field.written(policy) for name, field in FIELDS.items()}


def _read(field: PolicyField, value: object, known: Known) -> Any:  # noqa: ANN401 - JSON
    unreadable = next((text for text in _texts_in(value) if _UNSEEN.search(text) or len(text) > _LONGEST_TEXT), None)
    if unreadable is not None:
        told = _UNREADABLE.format(text=_shown(unreadable), most=_LONGEST_TEXT)
        raise IllegalPolicy(fields={field.where: told})
    takes = field.takes
    try:
        content = takes.read(value)
    except Unreadable as problem:
        told = _TAKES.format(wrong=problem.detail, takes=Both(takes.en, takes.zh))
        raise IllegalPolicy(fields={field.where: told}) from None
    takes.holds(field.where, content, known.people)
    vain = next(takes.vain(content, known), None)
    if vain is not None:
        raise IllegalPolicy(fields={field.where: vain})
    return takes.write(content)


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
    """Return a text as it can be sent; two different names stay different."""
    return str(text)[:_LONGEST_TEXT].encode("utf-8", "backslashreplace").decode()
