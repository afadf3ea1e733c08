"""The catalogue of policy fields: what each does, what it takes, and which rules it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from triage.domain.errors import Unreadable
from triage.domain.plain import (
    Json,
    choice,
    clock,
    one_of,
    read_by_name,
    read_each,
    read_flag,
    read_object,
    read_optional_whole,
    read_text,
    read_texts,
    read_whole,
    same,
    seconds,
)
from triage.domain.policy.policy import HigherNotes, Kind, LaneRule, Policy, Use, Window
from triage.domain.words import PassReason, VisitClass


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyField:
    """One field of the policy, explained in Chinese and English.

    `zh`/`en` say what it does, `takes_zh`/`takes_en` which values it takes.
    `tried`: whether a trial on one past day can show what it does.
    """

    name: str
    rules: tuple[str, ...]
    zh: str
    en: str
    takes_zh: str
    takes_en: str
    tried: bool = True

    @property
    def default(self) -> Any:  # noqa: ANN401 - JSON
        """The book's own choice, as plain JSON."""
        return encode_field(self.name, getattr(Policy(), self.name))


_FLAG = ("true 或 false", "true or false")
_MINUTES = ("分钟数，1 到 1440", "whole minutes, 1 to 1440")
_NO_LIMIT = ("分钟数，1 到 1440；null 为不限", "whole minutes, 1 to 1440; null is no limit")

_ALL = (
    PolicyField(
        name="wait_limit_minutes",
        rules=("T22", "T23"),
        zh="等待时限：等满这么久仍未开始接诊，改派给下一位空闲且符合的咨询医生；属首诊咨询医生的，由主管安排。",
        en="Waiting limit: a visit that waited so long goes to the next idle and fit consultant, "
        "one that waits for its owner to the supervisor.",
        takes_zh=_MINUTES[0],
        takes_en=_MINUTES[1],
    ),
    PolicyField(
        name="major_projects",
        rules=("T8",),
        zh="多个项目时由哪个决定：排在前面的大项目优先，先于收费目录中标记的大项目。",
        en="Which of several projects decides: these major ones, first listed first, before those the catalogue marks.",
        takes_zh="项目代码列表，按优先顺序",
        takes_en="a list of project codes, the highest first",
    ),
    PolicyField(
        name="class_order",
        rules=("T9",),
        zh="项目类别的高低，高的在前；未列出的类别同级，排在最后。",
        en="Rank of the project classes, highest first; classes that are not listed rank equally below.",
        takes_zh="项目类别列表，如 surgery_1",
        takes_en="a list of project classes, such as surgery_1",
    ),
    PolicyField(
        name="higher_notes",
        rules=("T9",),
        zh="网电备注中有更高类别的项目时约束谁：consultant 只约束接诊范畴不含该项目的人；always 一律以它为准；"
        "never 只看到院所述。",
        en="Whom a higher project in the online notes binds: consultant only those who lack it in scope, "
        "always everybody, never nobody.",
        takes_zh="consultant、always 或 never",
        takes_en="consultant, always or never",
    ),
    PolicyField(
        name="first_visit_scope",
        rules=("T1",),
        zh="初诊按什么范围算：branch 本院第一次，chain 全连锁第一次。",
        en="Where the first consultation counts as a first visit: in this branch, or in the whole chain.",
        takes_zh="branch 或 chain",
        takes_en="branch or chain",
        tried=False,
    ),
    PolicyField(
        name="first_visit_to_owner",
        rules=("T5", "T11"),
        zh="曾由他人代为咨询的顾客本人首次到院，是否由当时接待咨询的人接诊。",
        en="Whether a first visitor whom somebody asked for before goes to the consultant who answered the enquiry.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="designated_counts",
        rules=("T13",),
        zh="专项安排是否计初诊量并占用一次轮排。",
        en="Whether a designated visit is counted and uses the turn in the normal rotation.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="scope_waiver_windows",
        rules=("T19",),
        zh="范畴豁免时段：该班次在此时段可接任何项目，禁止安排的除外；含开始时刻，不含结束时刻。",
        en="Hours in which a shift may receive any project, barred ones excepted; start included, end excluded.",
        takes_zh='[{"shift", "start": "HH:MM", "end": "HH:MM"}, …]；[] 为不豁免',
        takes_en='[{"shift", "start": "HH:MM", "end": "HH:MM"}, …]; [] is no waiver',
    ),
    PolicyField(
        name="credit_reasons",
        rules=("T12", "T13", "T16", "T24"),
        zh="哪些漏接给补派：scope 不在范畴、barred 禁止安排、busy 忙碌、void 分诊作废、referral 改派给老顾客所属咨询、"
        "left 顾客很快离开。不在岗漏接一律不补（T17）。",
        en="Which misses are made up: scope, barred, busy, void, referral (moved to the referrer's owner), "
        "left (gone at once). A miss while not on duty never is (T17).",
        takes_zh="上述原因的列表；[] 为一律不补",
        takes_en="a list of these reasons; [] makes up nothing",
    ),
    PolicyField(
        name="voided_left_out_of_moves",
        rules=("T22", "T24"),
        zh="分诊作废后，原咨询医生除不参加重新分诊外，是否也不接超时改派。",
        en="Whether the consultant of a void assignment is left out of a later move by T22 too, not only of T13-T17.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="reclassified_keeps_count",
        rules=("T7",),
        zh="初诊改为其他后，已用的轮次是否仍计入初诊量。",
        en="Whether a first visit that becomes other stays counted.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="day_start",
        rules=("T28",),
        zh="新的一天从谁开始：continue 接着上个工作日，top 从第一位。",
        en="Where the pointer begins a day: continue from the last working day, or from the top.",
        takes_zh="continue 或 top",
        takes_en="continue or top",
        tried=False,
    ),
    PolicyField(
        name="credit_carry_over",
        rules=("T28",),
        zh="未兑现的补派和换单是否带到下一天，到月底为止。",
        en="Whether open credits and swaps live on into the next day, until the month's end.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
        tried=False,
    ),
    PolicyField(
        name="lanes",
        rules=("T15", "T20"),
        zh="通道：哪些分类走哪条通道，是否计初诊量，可有自己的顺序。各通道的轮次和补派互相独立。"
        "除复查外，每个分类恰好属于一条通道。",
        en="Lanes: which classes take which lane, whether they count, and a lane's own order if it has one. "
        "Each lane has its own pointer and credits; every class but recheck belongs to exactly one.",
        takes_zh='[{"name", "classes": […], "counted": true/false, "order": […] 可省略}, …]',
        takes_en='[{"name", "classes": […], "counted": true or false, "order": […] where it has its own}, …]',
    ),
    PolicyField(
        name="uses",
        rules=("T11", "T12", "T13"),
        zh="不按轮排的接诊占用什么：turn 轮次、count 初诊量、both 两者、neither 都不。"
        "种类：owner、stand_in、referral、designated、named、source、duty；未列出的都不占用。",
        en="What a visit outside the rotation uses: the turn, the count, both or neither, by kind (owner, stand_in, "
        "referral, designated, named, source, duty); what is not listed uses neither.",
        takes_zh='{"种类": "turn"、"count"、"both" 或 "neither", …}',
        takes_en='{"KIND": "turn", "count", "both" or "neither", …}',
    ),
    PolicyField(
        name="transfer_uses_givers_turn",
        rules=("T9", "T22"),
        zh="转给别人时是否用掉转出者的轮次：初诊量仍归转出者，不产生换单，也不补派。",
        en="Whether a transfer uses up the giver's turn: the count stays with the giver, nothing is owed or made up.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="leaves_within_minutes",
        rules=("T27",),
        zh="顾客在分到咨询医生后这么久以内离开，轮次退回（补派，不计初诊量）。",
        en="A visitor who leaves within so many minutes after the assignment gives the turn back: a credit, no count.",
        takes_zh="分钟数，1 到 1440；null 为从不退回",
        takes_en="whole minutes, 1 to 1440; null is never",
    ),
    PolicyField(
        name="accept_within_minutes",
        rules=("T17",),
        zh="咨询医生须在这么久以内应答接诊，否则视为不在岗，自动轮到下一位，不补派。",
        en="A consultant accepts within so many minutes; else the next is asked and the silent one counts as absent.",
        takes_zh=_NO_LIMIT[0],
        takes_en=_NO_LIMIT[1],
    ),
    PolicyField(
        name="accept_total_minutes",
        rules=("T17", "T21"),
        zh="到院满这么久仍无人应答，不再往下问，由主管安排。与 accept_within_minutes 同用。",
        en="So long after the arrival nobody else is asked and the supervisor names somebody; "
        "goes with accept_within_minutes.",
        takes_zh=_NO_LIMIT[0],
        takes_en=_NO_LIMIT[1],
    ),
    PolicyField(
        name="named_request_outside_rotation",
        rules=("T27",),
        zh="初诊顾客指定咨询医生时，是否不按轮排直接由其接诊。",
        en="Whether a first visitor who asks for a consultant by name goes there outside the rotation.",
        takes_zh=_FLAG[0],
        takes_en=_FLAG[1],
    ),
    PolicyField(
        name="sources",
        rules=("T27",),
        zh="某些来源的初诊顾客固定给谁：按所列顺序，第一位能接的接；列出 supervisor 则都不能接时由主管安排。",
        en="First visitors of some sources go to fixed people: the first listed who can receive; "
        "with supervisor in the list the supervisor where none can.",
        takes_zh='{"来源": ["咨询医生", …, "supervisor" 可选], …}',
        takes_en='{"SOURCE": ["CONSULTANT", …, "supervisor" if wanted], …}',
    ),
    PolicyField(
        name="duty",
        rules=("T27",),
        zh="值班时段：此时段的初诊由值班咨询医生接，不能接时按轮排；含开始时刻，不含结束时刻。",
        en="Hours in which one consultant receives the first visits, by rotation where that one cannot; "
        "start included, end excluded.",
        takes_zh='[{"consultant", "start": "HH:MM", "end": "HH:MM"}, …]',
        takes_en='[{"consultant", "start": "HH:MM", "end": "HH:MM"}, …]',
    ),
    PolicyField(
        name="order_by",
        rules=("T15",),
        zh="当日顺序按什么排：ranking 接诊排名，check_in 签到先后，hand 人工排定。",
        en="What the day's order goes by: the ranking, the check-in, or by hand.",
        takes_zh="ranking、check_in 或 hand",
        takes_en="ranking, check_in or hand",
        tried=False,
    ),
    PolicyField(
        name="reserved_places",
        rules=("T15",),
        zh="当日顺序中为某班次保留的位置，从 1 数起；该班次没有人时由别人顶上。",
        en="Places of the day's order that are kept for a shift, counted from 1; others stand there if it has nobody.",
        takes_zh='{"班次": [位置, …], …}',
        takes_en='{"SHIFT": [PLACE, …], …}',
    ),
)

FIELDS: Mapping[str, PolicyField] = {field.name: field for field in _ALL}
"""Every field of `Policy`, in its order."""


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
    given = read_object(plain)
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


def _encode_window(window: Window) -> Json:
    plain = {"shift": window.shift, "consultant": window.consultant}
    named = {k: v for k, v in plain.items() if v is not None}
    return {**named, "start": clock(window.start), "end": clock(window.end)}


def _decode_window(value: object) -> Window:
    plain = dict(read_object(value))
    strange = sorted(set(plain) - {"shift", "consultant", "start", "end"})
    if strange or not {"start", "end"} <= set(plain):
        raise Unreadable("a window has start, end, and a shift or a consultant")
    return Window(
        start=seconds(plain["start"]),
        end=seconds(plain["end"]),
        shift=read_text(plain["shift"]) if "shift" in plain else None,
        consultant=read_text(plain["consultant"]) if "consultant" in plain else None,
    )


def _encode_lane(rule: LaneRule) -> Json:
    own = {} if rule.order is None else {"order": list(rule.order)}
    return {"name": rule.name, "classes": sorted(rule.classes), "counted": rule.counted, **own}


def _decode_lane(value: object) -> LaneRule:
    plain = dict(read_object(value))
    strange = sorted(set(plain) - {"name", "classes", "counted", "order"})
    if strange or not {"name", "classes", "counted"} <= set(plain):
        raise Unreadable("a lane has name, classes, counted, and perhaps its own order")
    return LaneRule(
        name=read_text(plain["name"]),
        classes=frozenset(read_each(plain["classes"], one_of(VisitClass))),
        counted=read_flag(plain["counted"]),
        order=tuple(read_texts(plain["order"])) if "order" in plain else None,
    )


_PLAIN_FLAG = (same, read_flag)


_PLAIN_TEXTS = (list, lambda v: tuple(read_texts(v)))


_LIMIT = (same, read_optional_whole)


_WINDOWS = (
    lambda ws: [_encode_window(w) for w in ws],
    lambda v: tuple(read_each(v, _decode_window)),
)


# By policy field: how it is written, and how it is read.
_POLICY: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "wait_limit_minutes": (same, read_whole),
    "major_projects": _PLAIN_TEXTS,
    "class_order": _PLAIN_TEXTS,
    "higher_notes": (str, one_of(HigherNotes)),
    "first_visit_scope": (same, choice("branch", "chain")),
    "first_visit_to_owner": _PLAIN_FLAG,
    "designated_counts": _PLAIN_FLAG,
    "scope_waiver_windows": _WINDOWS,
    "credit_reasons": (sorted, lambda v: frozenset(read_each(v, one_of(PassReason)))),
    "voided_left_out_of_moves": _PLAIN_FLAG,
    "reclassified_keeps_count": _PLAIN_FLAG,
    "day_start": (same, choice("continue", "top")),
    "credit_carry_over": _PLAIN_FLAG,
    "lanes": (
        lambda ls: [_encode_lane(r) for r in ls],
        lambda v: tuple(read_each(v, _decode_lane)),
    ),
    "uses": (
        lambda u: {str(k): str(v) for k, v in u.items()},
        lambda v: {one_of(Kind)(k): one_of(Use)(u) for k, u in read_object(v).items()},
    ),
    "transfer_uses_givers_turn": _PLAIN_FLAG,
    "leaves_within_minutes": _LIMIT,
    "accept_within_minutes": _LIMIT,
    "accept_total_minutes": _LIMIT,
    "named_request_outside_rotation": _PLAIN_FLAG,
    "sources": (
        lambda s: {k: list(v) for k, v in s.items()},
        lambda v: read_by_name(v, lambda people: tuple(read_texts(people))),
    ),
    "duty": _WINDOWS,
    "order_by": (same, choice("ranking", "check_in", "hand")),
    "reserved_places": (
        lambda r: {k: list(v) for k, v in r.items()},
        lambda v: read_by_name(v, lambda places: tuple(read_each(places, read_whole))),
    ),
}
