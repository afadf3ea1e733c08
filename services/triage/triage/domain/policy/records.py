"""What fields of the policy take that hold records: hours (windows) and lanes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qiantai.both import Both

from triage.domain.errors import Unreadable
from triage.domain.plain import Json, clock, one_of, read_each, read_flag, read_object, read_text, read_texts, seconds
from triage.domain.policy.forms import Kind, Names, PlainForm, RecordPart, ValueForm
from triage.domain.policy.takes import Known, People, Takes, check_known, check_unique, refuse
from triage.domain.policy.values import LaneRule, Window, lane_called
from triage.domain.words import VisitClass


def _read_windows(value: object) -> tuple[Window, ...]:
    return tuple(read_each(value, _read_window))


def _read_window(value: object) -> Window:
    plain = dict(read_object(value))
    strange = sorted(set(plain) - {"shift", "consultant", "start", "end"})
    if strange or not {"start", "end"} <= set(plain):
        raise Unreadable(
            Both("a window has from, until, and a shift or a consultant", "时段要有开始、结束，以及班次或咨询医生")
        )
    return Window(
        start=seconds(plain["start"]),
        end=seconds(plain["end"]),
        shift=read_text(plain["shift"]) if "shift" in plain else None,
        consultant=read_text(plain["consultant"]) if "consultant" in plain else None,
    )


def _write_windows(windows: Iterable[Window]) -> list[Json]:
    return [_write_window(window) for window in windows]


def _write_window(window: Window) -> Json:
    plain = {"shift": window.shift, "consultant": window.consultant}
    named = {k: v for k, v in plain.items() if v is not None}
    return {**named, "start": clock(window.start), "end": clock(window.end)}


def _hours(windows: Sequence[Window]) -> Iterator[Both]:
    if any(window.start >= window.end for window in windows):
        yield Both(
            "a window starts before it ends; one over midnight is two windows",
            "时段的开始应早于结束；跨午夜请分成两段。",
        )


def _waivers(windows: Sequence[Window], _: Known) -> Iterator[Both]:
    if any(window.shift is None or window.consultant is not None for window in windows):
        yield Both("each window names a shift, and no consultant", "每个时段要填班次，不填咨询医生。")
    yield from _hours(windows)


def _duties(windows: Sequence[Window], _: Known) -> Iterator[Both]:
    if any(window.consultant is None or window.shift is not None for window in windows):
        yield Both("each window names a consultant, and no shift", "每个时段要填咨询医生，不填班次。")
    yield from _hours(windows)


def _hours_of(name: str, names: Names) -> ValueForm:
    clock_time = PlainForm(kind=Kind.TIME)
    whose = RecordPart(name=name, form=PlainForm(kind=Kind.TEXT, names=names))
    return ValueForm(
        kind=Kind.RECORDS,
        parts=(whose, RecordPart(name="start", form=clock_time), RecordPart(name="end", form=clock_time)),
    )


WAIVERS = Takes(
    zh="时段的列表：班次、开始、结束；没有时段即不豁免",
    en="a list of windows: shift, from, until; with none there is no waiver",
    form=_hours_of("shift", Names.SHIFT),
    read=_read_windows,
    write=_write_windows,
    vain=_waivers,
)
DUTIES = Takes(
    zh="时段的列表：咨询医生、开始、结束",
    en="a list of windows: consultant, from, until",
    form=_hours_of("consultant", Names.CONSULTANT),
    read=_read_windows,
    write=_write_windows,
    holds=lambda where, ws, people: check_known(where, [w.consultant for w in ws if w.consultant], people),
    vain=_duties,
    here=lambda ws, people: tuple(w for w in ws if w.consultant is None or w.consultant in people),
)


def _read_lane(value: object) -> LaneRule:
    plain = dict(read_object(value))
    strange = sorted(set(plain) - {"name", "classes", "counted", "order"})
    if strange or not {"name", "classes", "counted"} <= set(plain):
        raise Unreadable(
            Both(
                "a lane has a name, classes, whether it is counted, and perhaps its own order",
                "通道要有名称、分类、是否计初诊量，可以有自己的顺序",
            )
        )
    return LaneRule(
        name=read_text(plain["name"]),
        classes=frozenset(read_each(plain["classes"], one_of(VisitClass))),
        counted=read_flag(plain["counted"]),
        order=tuple(read_texts(plain["order"])) if "order" in plain else None,
    )


def _write_lane(rule: LaneRule) -> Json:
    own = {} if rule.order is None else {"order": list(rule.order)}
    return {"name": rule.name, "classes": sorted(rule.classes), "counted": rule.counted, **own}


def _lanes_hold(where: str, lanes: Sequence[LaneRule], people: People) -> None:
    classes = [c for rule in lanes for c in rule.classes]
    needed = set(VisitClass) - {VisitClass.RECHECK}
    if not needed <= set(classes) or len(classes) != len(set(classes)):
        refuse(
            where,
            Both("every class but recheck belongs to exactly one lane", "除复查外，每个类别都要恰好属于一个通道。"),
        )
    check_unique(where, [rule.name for rule in lanes])
    for rule in lanes:
        check_unique(f"{where}.{rule.name}", rule.order or ())
        check_known(f"{where}.{rule.name}", rule.order or (), people)


def _lanes(lanes: Sequence[LaneRule], _: Known) -> Iterator[Both]:
    empty = [rule.name for rule in lanes if rule.order == ()]
    if empty:
        yield Both(
            "{lane}: name at least one for its order, or leave the order out",
            "{lane}：顺序中请至少填一个人，或去掉它自己的顺序。",
        ).format(lane=lane_called(empty[0]))


def _lane_here(rule: LaneRule, people: People) -> LaneRule:
    return rule if rule.order is None else replace(rule, order=tuple(c for c in rule.order if c in people))


LANES = Takes(
    zh="通道的列表：名称、分类、是否计初诊量，需要时有自己的顺序",
    en="a list of lanes: name, classes, whether it is counted, and its own order where it has one",
    form=ValueForm(
        kind=Kind.RECORDS,
        parts=(
            RecordPart(name="name", form=PlainForm(kind=Kind.TEXT, names=Names.LANE)),
            RecordPart(
                name="classes", form=PlainForm(kind=Kind.CHOICES, codes=tuple(map(str, VisitClass)), group="class")
            ),
            RecordPart(name="counted", form=PlainForm(kind=Kind.FLAG)),
            RecordPart(name="order", form=PlainForm(kind=Kind.TEXTS, names=Names.CONSULTANT), optional=True),
        ),
    ),
    read=lambda v: tuple(read_each(v, _read_lane)),
    write=lambda lanes: [_write_lane(rule) for rule in lanes],
    holds=_lanes_hold,
    vain=_lanes,
    here=lambda lanes, people: tuple(_lane_here(rule, people) for rule in lanes),
)
