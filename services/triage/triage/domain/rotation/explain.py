"""Why a visit went where it went, in words that anybody at the desk reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qiantai.contracts.receiver import DEPARTMENT, ONLINE, SUPERVISOR, Receiver

from triage.domain.model import Decision
from triage.domain.words import Basis, PassReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One text in Chinese and the same in English."""

    zh: str
    en: str


_BASIS: Mapping[Basis, tuple[str, str]] = {
    Basis.TURN: ("按轮排顺序", "by rotation"),
    Basis.CREDIT: ("优先补派", "as a make-up for an earlier miss"),
    Basis.SWAP: ("返还换单", "because a swap was owed"),
    Basis.DESIGNATED: ("专项安排", "as designated for the project"),
    Basis.OWNER: ("首诊负责制", "as the customer's first consultant"),
    Basis.STAND_IN: ("代为接诊", "as a stand-in"),
    Basis.REFERRAL: ("老带新", "as the referrer's consultant"),
    Basis.DEPARTMENT: ("直接到科室", "straight to the department"),
    Basis.SUPERVISOR: ("由主管安排", "by the supervisor"),
    Basis.ONLINE_CONSULTANT: ("无人空闲，由网电咨询接待", "nobody idle, so the online consultant"),
    Basis.CHANGE: ("更换咨询医生", "as a change of consultant"),
    Basis.VOID: ("分诊作废", "the triage is void"),
    Basis.NAMED: ("顾客指定", "as asked for by name"),
    Basis.SOURCE: ("按来源固定安排", "as fixed for the source"),
    Basis.DUTY: ("值班时段", "as the one on duty at this hour"),
    Basis.LEFT: ("顾客离开", "the visitor left"),
    Basis.RECLASSIFIED: ("变更分类", "the class was changed"),
}
_REASON: Mapping[PassReason, tuple[str, str]] = {
    PassReason.SCOPE: ("项目不在接诊范畴", "the project is outside the scope"),
    PassReason.BARRED: ("禁止安排的项目", "the project is barred"),
    PassReason.BUSY: ("忙碌", "busy"),
    PassReason.NOT_ON_DUTY: ("不在岗", "not on duty"),
    PassReason.VOID: ("分诊作废", "the triage was void"),
    PassReason.REFERRAL: ("改派给老顾客所属咨询", "reassigned to the referrer's consultant"),
    PassReason.LEFT: ("顾客离开", "the visitor left"),
}
_MOVED = ("等待已到时限", "the wait had reached its limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Readable names: consultants by id, projects by code in Chinese and English."""

    people: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def person(self, id_: str) -> str:
        """Return a consultant's name, the id where none is known."""
        return self.people.get(id_, id_)

    def project(self, code: str) -> tuple[str, str]:
        """Return a project's names, the code where none is known."""
        return self.projects.get(code, (code, code))


def basis_words(basis: Basis) -> Explanation:
    """Return by what a visit went somewhere, in words."""
    zh, en = _BASIS[basis]
    return Explanation(zh=zh, en=en)


def pass_words(reason: PassReason) -> Explanation:
    """Return why somebody was passed over, in words."""
    zh, en = _REASON[reason]
    return Explanation(zh=zh, en=en)


def explain(decision: Decision, names: Names | None = None) -> Explanation:
    """Return who receives, by what, who was passed and is owed what, with the rule ids."""
    texts = _parts(decision, names or Names())
    return citing("；".join(zh for zh, _ in texts), "; ".join(en for _, en in texts), decision.rules)


def citing(zh: str, en: str, rules: Sequence[str]) -> Explanation:
    """Return a text that ends with the rules it follows from."""
    ids = " ".join(rules)
    return Explanation(zh=f"{zh}。依据规则 {ids}。", en=f"{en}. Rules: {ids}.")


def _parts(decision: Decision, names: Names) -> list[tuple[str, str]]:
    return [
        _receiver(decision, names),
        *_why_now(decision, names),
        _count(decision),
        *_passed(decision, names),
        *_released(decision, names),
        *_debts(decision, names),
        *_remarks(decision),
    ]


def _receiver(decision: Decision, names: Names) -> tuple[str, str]:
    zh, en = _BASIS[decision.basis]
    if decision.to is None:
        return f"取消安排（{zh}）", f"assigned to nobody ({en})"
    place_zh, place_en = _place(decision.to, names)
    return f"由{place_zh}接待（{zh}）", f"goes to {place_en} ({en})"


def _place(to: str, names: Names) -> tuple[str, str]:
    receiver = Receiver.read(to)
    if receiver.kind == SUPERVISOR:
        return "主管", "the supervisor"
    if receiver.kind == DEPARTMENT:
        return f"{receiver.id}科室", f"department {receiver.id}"
    if receiver.kind == ONLINE:
        name = names.person(receiver.id)
        return f"网电咨询{name}", f"online consultant {name}"
    name = names.person(receiver.id)
    return name, name


def _why_now(decision: Decision, names: Names) -> list[tuple[str, str]]:
    parts = [_MOVED] if decision.moved else []
    if decision.project is not None:
        zh, en = names.project(decision.project)
        parts.append((f"以项目{zh}为准", f"deciding project {en}"))
    return parts


def _count(decision: Decision) -> tuple[str, str]:
    if decision.counted:
        return "计初诊量", "counted as a first visit"
    return "不计初诊量", "not counted as a first visit"


def _passed(decision: Decision, names: Names) -> list[tuple[str, str]]:
    parts = []
    for passed in decision.passed:
        zh, en = _REASON[passed.reason]
        who = names.person(passed.consultant)
        owed_zh = "补派一位" if passed.credit else "不补派"
        owed_en = "is owed a make-up" if passed.credit else "no make-up"
        parts.append((f"跳过{who}（{zh}，{owed_zh}）", f"passed {who} ({en}, {owed_en})"))
    return parts


def _released(decision: Decision, names: Names) -> list[tuple[str, str]]:
    parts = []
    if decision.released is not None:
        who = names.person(decision.released.consultant)
        parts.append((f"不再由{who}接待", f"taken from {who}"))
    passed = {p.consultant for p in decision.passed if p.credit}
    for credit in decision.granted:
        if credit.consultant in passed:
            continue
        zh, en = _REASON[credit.reason]
        who = names.person(credit.consultant)
        parts.append((f"补派{who}一位（{zh}）", f"{who} is owed a make-up ({en})"))
    if decision.uncounted is not None:
        who = names.person(decision.uncounted)
        parts.append((f"{who}的初诊量退回", f"the count of {who} is taken back"))
    return parts


def _debts(decision: Decision, names: Names) -> list[tuple[str, str]]:
    parts = []
    if decision.redeemed is not None:
        zh, en = _REASON[decision.redeemed.reason]
        parts.append((f"兑现此前漏接的补派（{zh}）", f"redeems an earlier miss ({en})"))
    for swap, zh, en in (
        (decision.swap_owed, "{0}下一位还给{1}", "{0} owes {1} the next turn"),
        (decision.swap_paid, "{0}欠{1}的换单了结", "the swap that {0} owed {1} is settled"),
    ):
        if swap is not None:
            both = (names.person(swap.debtor), names.person(swap.creditor))
            parts.append((zh.format(*both), en.format(*both)))
    return parts


def _remarks(decision: Decision) -> list[tuple[str, str]]:
    parts = []
    if decision.differs:
        parts.append(("备注：到院所述与网电备注项目不同", "note: the online notes name other projects"))
    if decision.note_required:
        parts.append(("代接诊人须写备注", "the stand-in must leave a note"))
    return parts
