"""Every choice of the rule book as a value, with the book's own choice as default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, cast

from triage.domain.policy.records import DUTIES, LANES, WAIVERS
from triage.domain.policy.takes import (
    CLASSES,
    FLAG,
    LIMIT,
    MINUTES,
    PLACES,
    PROJECTS,
    REASONS,
    SOURCES,
    USES,
    Takes,
    one_word,
)
from triage.domain.policy.values import (
    BOOK_CREDITS,
    BOOK_LANES,
    BOOK_WINDOWS,
    NOTES_WORDS,
    ORDER_WORDS,
    SCOPE_WORDS,
    START_WORDS,
    WAY_WORDS,
    HigherNotes,
    LaneRule,
    Use,
    Way,
    Window,
)
from triage.domain.words import PassReason, Shift, VisitClass

T = TypeVar("T")


def policy_field(
    book: T,
    takes: Takes,
    *,
    rules: tuple[str, ...],
    zh: str,
    en: str,
    tried: bool = True,
    by_time: bool = False,
) -> T:
    """Declare one field of the policy; the catalogue, the JSON and the checks follow from it.

    `book` is the book's own choice, `rules` the rules that it belongs to, `zh`/`en` say what it does.
    `tried`: whether a trial on one past day can show what it does. `by_time`: whether it acts when time
    passes, so that a trial looks at every minute.
    """
    told = {"takes": takes, "rules": rules, "zh": zh, "en": en, "tried": tried, "by_time": by_time}
    if isinstance(book, dict):
        return cast("T", field(default_factory=book.copy, metadata=told))
    return field(default=book, metadata=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rule book's choices; another clinic sets fields and touches no code.

    Minutes are whole minutes, times are seconds since local midnight.

    A new field is one declaration here, with the book's choice as default, so that sealed days keep their
    hash; if it takes a new kind of value, that is one `Takes` more. The rules read it as `policy.name`.
    """

    wait_limit_minutes: int = policy_field(
        10,
        MINUTES,
        rules=("T22", "T23"),
        zh="等待时限：等满这么久仍未开始接诊，改派给下一位空闲且符合的咨询医生；属首诊咨询医生的，由主管安排。",
        en="Waiting limit: a visit that waited so long goes to the next idle and fit consultant, "
        "one that waits for its owner to the supervisor.",
        by_time=True,
    )
    major_projects: tuple[str, ...] = policy_field(
        (),
        PROJECTS,
        rules=("T8",),
        zh="多个项目时由哪个决定：排在前面的大项目优先，先于收费目录中标记的大项目。",
        en="Which of several projects decides: these major ones, first listed first, before those the catalogue marks.",
    )
    class_order: tuple[str, ...] = policy_field(
        ("surgery_1", "surgery_2", "surgery"),
        CLASSES,
        rules=("T9",),
        zh="项目类别的高低，高的在前；未列出的类别同级，排在最后。",
        en="Rank of the project classes, highest first; classes that are not listed rank equally below.",
    )
    higher_notes: HigherNotes = policy_field(  # noqa: RUF009 - a field() of its own
        HigherNotes.CONSULTANT,
        one_word(NOTES_WORDS),
        rules=("T9",),
        zh="网电备注中有更高类别的项目时约束谁：只约束接诊范畴不含该项目的人，约束所有人，或不约束任何人、只看到院所述。",
        en="Whom a higher project in the online notes binds: only those who lack it in scope, everybody or nobody.",
    )
    first_visit_scope: str = policy_field(
        "branch",
        one_word(SCOPE_WORDS),
        rules=("T1",),
        zh="初诊按什么范围算：本院第一次，或全连锁第一次。",
        en="Where the first consultation counts as a first visit: in this branch, or in the whole chain.",
        tried=False,
    )
    first_visit_to_owner: bool = policy_field(
        True,
        FLAG,
        rules=("T5", "T11"),
        zh="曾由他人代为咨询的顾客本人首次到院，是否由当时接待咨询的人接诊。",
        en="Whether a first visitor whom somebody asked for before goes to the consultant who answered the enquiry.",
    )
    designated_counts: bool = policy_field(
        False,
        FLAG,
        rules=("T13",),
        zh="专项安排是否计初诊量并占用一次轮排。",
        en="Whether a designated visit is counted and uses the turn in the normal rotation.",
    )
    scope_waiver_windows: tuple[Window, ...] = policy_field(
        BOOK_WINDOWS,
        WAIVERS,
        rules=("T19",),
        zh="范畴豁免时段：该班次在此时段可接任何项目，禁止安排的除外；含开始时刻，不含结束时刻。",
        en="Hours in which a shift may receive any project, barred ones excepted; start included, end excluded.",
    )
    credit_reasons: frozenset[PassReason] = policy_field(
        BOOK_CREDITS,
        REASONS,
        rules=("T12", "T13", "T16", "T24"),
        zh="哪些漏接给补派：项目不在接诊范畴、禁止安排的项目、忙碌、分诊作废、改派给老顾客所属咨询、顾客很快离开。"
        "不在岗漏接一律不补（T17）。",
        en="Which misses are made up: out of scope, barred, busy, triage void, moved to the referrer's owner, "
        "visitor gone at once. A miss while not on duty never is (T17).",
    )
    voided_left_out_of_moves: bool = policy_field(
        False,
        FLAG,
        rules=("T22", "T24"),
        zh="分诊作废后，原咨询医生除不参加重新分诊外，是否也不接超时改派。",
        en="Whether the consultant of a void assignment is left out of a later move by T22 too, not only of T13-T17.",
    )
    reclassified_keeps_count: bool = policy_field(
        True,
        FLAG,
        rules=("T7",),
        zh="初诊改为其他后，已用的轮次是否仍计入初诊量。",
        en="Whether a first visit that becomes other stays counted.",
    )
    day_start: str = policy_field(
        "continue",
        one_word(START_WORDS),
        rules=("T28",),
        zh="新的一天从谁开始：接着上个工作日，或从第一位。",
        en="Where the pointer begins a day: continue from the last working day, or from the top.",
        tried=False,
    )
    credit_carry_over: bool = policy_field(
        True,
        FLAG,
        rules=("T28",),
        zh="未兑现的补派和换单是否带到下一天，到月底为止。",
        en="Whether open credits and swaps live on into the next day, until the month's end.",
        tried=False,
    )
    lanes: tuple[LaneRule, ...] = policy_field(
        BOOK_LANES,
        LANES,
        rules=("T15", "T20"),
        zh="通道：哪些分类走哪条通道，是否计初诊量，可有自己的顺序。各通道的轮次和补派互相独立。"
        "除复查外，每个分类恰好属于一条通道。",
        en="Lanes: which classes take which lane, whether they count, and a lane's own order if it has one. "
        "Each lane has its own pointer and credits; every class but recheck belongs to exactly one.",
    )
    uses: Mapping[Way, Use] = policy_field(
        {},
        USES,
        rules=("T11", "T12", "T13"),
        zh="不按轮排的接诊占用什么：轮次、初诊量、两者或都不占用。"
        f"由来：{'、'.join(zh for zh, _ in WAY_WORDS.values())}；未列出的都不占用。",
        en="What a visit outside the rotation uses: the turn, the count, both or neither, by kind "
        f"({', '.join(en for _, en in WAY_WORDS.values())}); what is not listed uses neither.",
    )
    transfer_uses_givers_turn: bool = policy_field(
        False,
        FLAG,
        rules=("T9", "T22"),
        zh="转给别人时是否用掉转出者的轮次：初诊量仍归转出者，不产生换单，也不补派。",
        en="Whether a transfer uses up the giver's turn: the count stays with the giver, nothing is owed or made up.",
    )
    leaves_within_minutes: int | None = policy_field(
        None,
        replace(LIMIT, zh="分钟数，1 到 1440，或从不退回", en="whole minutes, 1 to 1440, or never"),
        rules=("T27",),
        zh="顾客在分到咨询医生后这么久以内离开，轮次退回（补派，不计初诊量）。",
        en="A visitor who leaves within so many minutes after the assignment gives the turn back: a credit, no count.",
    )
    accept_within_minutes: int | None = policy_field(
        None,
        LIMIT,
        rules=("T17",),
        zh="咨询医生须在这么久以内应答接诊，否则视为不在岗，自动轮到下一位，不补派。",
        en="A consultant accepts within so many minutes; else the next is asked and the silent one counts as absent.",
        by_time=True,
    )
    accept_total_minutes: int | None = policy_field(
        None,
        LIMIT,
        rules=("T17", "T21"),
        zh="到院满这么久仍无人应答，不再往下问，由主管安排。与应答接诊的时限同用。",
        en="So long after the arrival nobody else is asked and the supervisor names somebody; "
        "goes with the limit for accepting.",
        by_time=True,
    )
    named_request_outside_rotation: bool = policy_field(
        False,
        FLAG,
        rules=("T27",),
        zh="初诊顾客指定咨询医生时，是否不按轮排直接由其接诊。",
        en="Whether a first visitor who asks for a consultant by name goes there outside the rotation.",
    )
    sources: Mapping[str, tuple[str, ...]] = policy_field(
        {},
        SOURCES,
        rules=("T27",),
        zh="某些来源的初诊顾客固定给谁：按所列顺序，第一位能接的接；列出主管则都不能接时由主管安排。",
        en="First visitors of some sources go to fixed people: the first listed who can receive; "
        "with the supervisor in the list the supervisor where none can.",
    )
    duty: tuple[Window, ...] = policy_field(
        (),
        DUTIES,
        rules=("T27",),
        zh="值班时段：此时段的初诊由值班咨询医生接，不能接时按轮排；含开始时刻，不含结束时刻。",
        en="Hours in which one consultant receives the first visits, by rotation where that one cannot; "
        "start included, end excluded.",
    )
    order_by: str = policy_field(
        "ranking",
        one_word(ORDER_WORDS),
        rules=("T15",),
        zh="当日顺序按什么排：接诊排名、签到先后，或人工排定。",
        en="What the day's order goes by: the ranking, the check-in, or by hand.",
        tried=False,
    )
    reserved_places: Mapping[Shift, tuple[int, ...]] = policy_field(
        {},
        PLACES,
        rules=("T15",),
        zh="当日顺序中为某班次保留的位置，从 1 数起；该班次没有人时由别人顶上。",
        en="Places of the day's order that are kept for a shift, counted from 1; others stand there if it has nobody.",
    )

    def use(self, way: Way) -> Use:
        """Return what an assignment by this way uses up; by the book nothing."""
        book = Use.BOTH if way is Way.DESIGNATED and self.designated_counts else Use.NEITHER
        return self.uses.get(way, book)

    def lane_of(self, klass: VisitClass) -> LaneRule | None:
        """Return the lane that takes this class, None for a recheck."""
        return next((lane for lane in self.lanes if klass in lane.classes), None)
