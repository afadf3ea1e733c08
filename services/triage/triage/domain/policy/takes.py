"""What fields of the policy take: in words, as plain JSON, and what they must be beyond their form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from qiantai.both import Both
from qiantai.contracts.receiver import SUPERVISOR

from triage.domain.errors import IllegalDay
from triage.domain.plain import (
    Json,
    one_of,
    read_by_name,
    read_each,
    read_flag,
    read_object,
    read_optional_whole,
    read_texts,
    read_whole,
    same,
)
from triage.domain.policy.forms import Kind, Names, PlainForm, ValueForm
from triage.domain.policy.values import USE_WORDS, WAY_WORDS, Use, Way, Words
from triage.domain.words import ConsultantId, PassReason

People = Collection[ConsultantId]
_MINUTES_A_DAY = 24 * 60

AT = Both("{where}: {what}", "{where}：{what}")
"""What is wrong, with its place before it."""
_TWICE = Both("named twice: {twice}", "重复了：{twice}。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom and what the fields of a policy may name."""

    people: People
    projects: Collection[str]


def _holds(_where: str, _value: object, _people: People) -> None:
    """Hold on every day."""


def _nothing(_value: object, _known: Known) -> Iterator[Both]:
    return iter(())


def _everybody(value: Any, _people: People) -> Any:  # noqa: ANN401 - what the field holds
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Takes:
    """What a field takes.

    `zh`/`en` and `form` say which values, `read` and `write` are their form as plain JSON; `read` raises Unreadable.
    `holds` raises IllegalDay, with the place given first, for what no day can begin with. `vain` yields what
    else is told to somebody who writes it: it would have no effect, or not the one that is meant.
    `here` leaves out people whom a branch does not have.
    """

    zh: str
    en: str
    form: ValueForm
    read: Callable[[Any], Any]
    write: Callable[[Any], Any] = same
    holds: Callable[[str, Any, People], None] = _holds
    vain: Callable[[Any, Known], Iterator[Both]] = _nothing
    here: Callable[[Any, People], Any] = _everybody


def check_unique(where: str, ids: Sequence[str]) -> None:
    """Raise IllegalDay for whoever is named twice."""
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        refuse(where, _TWICE.format(twice=twice))


def check_known(where: str, ids: Iterable[str], known: Collection[str]) -> None:
    """Raise IllegalDay for whoever is not known."""
    strange = sorted(set(ids) - set(known))
    if strange:
        refuse(where, Both("unknown: {strange}", "不存在：{strange}。").format(strange=strange))


def refuse(where: str, what: Both) -> NoReturn:
    """Raise IllegalDay for one field."""
    raise IllegalDay(AT.format(where=where, what=what), fields={where: what})


def one_word(words: Words) -> Takes:
    """Return what takes one of these codes; those of an enum are read as its members."""
    members = tuple(words)
    told = _one_of_them(words)
    form = ValueForm(kind=Kind.CHOICE, codes=tuple(map(str, members)), group="policy_choice")
    return Takes(zh=told.zh, en=told, form=form, read=one_of(lambda value: members[members.index(value)]), write=str)


def _one_of_them(words: Words) -> Both:
    *first, last = [Both(en, zh) for zh, en in words.values()]
    return Both("{first} or {last}", "{first}或{last}").format(first=first, last=last)


def _minutes(value: int | None, _: Known) -> Iterator[Both]:
    if value is not None and not 1 <= value <= _MINUTES_A_DAY:
        yield Both("{value} is not between 1 and {most} minutes", "{value} 不在 1 到 {most} 分钟之间。").format(
            value=value, most=_MINUTES_A_DAY
        )


def _twice(texts: Sequence[str]) -> Iterator[Both]:
    doubled = sorted({text for text in texts if texts.count(text) > 1})
    if doubled:
        yield _TWICE.format(twice=doubled)


FLAG = Takes(zh="true 或 false", en="true or false", form=ValueForm(kind=Kind.FLAG), read=read_flag)
MINUTES = Takes(
    zh="分钟数，1 到 1440",
    en="whole minutes, 1 to 1440",
    form=ValueForm(kind=Kind.NUMBER, least=1, most=_MINUTES_A_DAY),
    read=read_whole,
    vain=_minutes,
)
LIMIT = Takes(
    zh="分钟数，1 到 1440，或不限",
    en="whole minutes, 1 to 1440, or no limit",
    form=ValueForm(kind=Kind.NUMBER, least=1, most=_MINUTES_A_DAY, nullable=True),
    read=read_optional_whole,
    vain=_minutes,
)


def _projects(codes: Sequence[str], known: Known) -> Iterator[Both]:
    unknown = sorted(set(codes) - set(known.projects))
    if unknown:
        yield Both("unknown: {unknown}; take codes of the catalogue", "不存在：{unknown}；请使用目录中的代码。").format(
            unknown=unknown
        )
    yield from _twice(codes)


PROJECTS = Takes(
    zh="项目代码列表，按优先顺序",
    en="a list of project codes, the highest first",
    form=ValueForm(kind=Kind.TEXTS, names=Names.PROJECT),
    read=lambda v: tuple(read_texts(v)),
    write=list,
    vain=_projects,
)
CLASSES = Takes(
    zh="项目类别列表，按高低",
    en="a list of project classes, the highest first",
    form=ValueForm(kind=Kind.TEXTS, names=Names.PROJECT_CLASS),
    read=lambda v: tuple(read_texts(v)),
    write=list,
    vain=lambda classes, _: _twice(classes),
)


def _reasons(reasons: Collection[PassReason], _: Known) -> Iterator[Both]:
    if PassReason.NOT_ON_DUTY in reasons:
        yield Both(
            "a miss while not on duty is never made up (T17, T27); leave it out",
            "不在岗时错过的不补派（T17、T27），请去掉“不在岗”。",
        )


REASONS = Takes(
    zh="上述原因的列表；没有原因即一律不补",
    en="a list of these reasons; with none nothing is made up",
    form=ValueForm(
        kind=Kind.CHOICES,
        codes=tuple(str(one) for one in PassReason if one is not PassReason.NOT_ON_DUTY),
        group="pass_reason",
    ),
    read=lambda v: frozenset(read_each(v, one_of(PassReason))),
    write=sorted,
    vain=_reasons,
)


USES = Takes(
    zh=f"每种由来一项：{_one_of_them(USE_WORDS).zh}",
    en=f"one for each kind: {_one_of_them(USE_WORDS)}",
    form=ValueForm(
        kind=Kind.MAP,
        key=PlainForm(kind=Kind.CHOICE, codes=tuple(map(str, WAY_WORDS)), group="policy_way"),
        value=PlainForm(kind=Kind.CHOICE, codes=tuple(map(str, USE_WORDS)), group="policy_use"),
    ),
    read=lambda v: {one_of(Way)(way): one_of(Use)(use) for way, use in read_object(v).items()},
    write=lambda uses: {str(way): str(use) for way, use in uses.items()},
)


def _lists(by_name: Mapping[str, Sequence[object]]) -> Json:
    return {name: list(some) for name, some in by_name.items()}


def _sources_hold(where: str, sources: Mapping[str, Sequence[str]], people: People) -> None:
    check_known(where, [c for fixed in sources.values() for c in fixed if c != SUPERVISOR], people)


def _sources(sources: Mapping[str, Sequence[str]], _: Known) -> Iterator[Both]:
    empty = [source for source, fixed in sources.items() if not fixed]
    if empty:
        yield Both(
            "{source}: name at least one, or leave the source out", "{source}：请至少填一个人，或去掉这个来源。"
        ).format(source=empty[0])
    for fixed in sources.values():
        yield from _twice(fixed)


def _sources_here(sources: Mapping[str, Sequence[str]], people: People) -> Mapping[str, tuple[str, ...]]:
    here = {name: tuple(c for c in fixed if c == SUPERVISOR or c in people) for name, fixed in sources.items()}
    return {name: fixed for name, fixed in here.items() if fixed}


def _places(reserved: Mapping[str, Sequence[int]], _: Known) -> Iterator[Both]:
    places = [place for some in reserved.values() for place in some]
    if any(place < 1 for place in places):
        yield Both("places are counted from 1", "位置从 1 开始数。")
    yield from _twice([str(place) for place in places])


SOURCES = Takes(
    zh="每个来源一个咨询医生的列表，可以有主管",
    en="a list of consultants for each source, with the supervisor if wanted",
    form=ValueForm(
        kind=Kind.MAP,
        key=PlainForm(kind=Kind.TEXT, names=Names.SOURCE),
        value=PlainForm(kind=Kind.TEXTS, names=Names.RECEIVER),
    ),
    read=lambda v: read_by_name(v, lambda people: tuple(read_texts(people))),
    write=_lists,
    holds=_sources_hold,
    vain=_sources,
    here=_sources_here,
)
PLACES = Takes(
    zh="每个班次一个位置的列表",
    en="a list of places for each shift",
    form=ValueForm(
        kind=Kind.MAP,
        key=PlainForm(kind=Kind.TEXT, names=Names.SHIFT),
        value=PlainForm(kind=Kind.NUMBERS, least=1),
    ),
    read=lambda v: read_by_name(v, lambda places: tuple(read_each(places, read_whole))),
    write=_lists,
    vain=_places,
)
