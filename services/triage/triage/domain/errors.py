"""What triage refuses, each with the sentence that people read."""

from __future__ import annotations

from typing import ClassVar

from qiantai.both import Both
from qiantai.errors import Refusal

WHY_ANOTHER_CLASS = Both("say why the class is another", "请填写改用其他类别的原因。")
YOU_ARE = Both("you are {staff}", "您登录的是 {staff}。")


class TriageError(Refusal):
    """Triage cannot do this."""

    zh = "分诊无法完成这个操作。"


class UnknownVisit(TriageError):
    """There is no visit with this id today."""

    zh = "今天没有这个编号的到院。"
    status: ClassVar[int] = 404


class UnknownConsultant(TriageError):
    """There is no consultant with this id in this branch."""

    zh = "本门店没有这位咨询医生。"
    status: ClassVar[int] = 404


class UnknownProject(TriageError):
    """There is no project with this code."""

    zh = "没有这个代码的项目。"
    status: ClassVar[int] = 404


class VisitExists(TriageError):
    """A visit with this id was registered before."""

    zh = "这个编号的到院已登记过。"
    status: ClassVar[int] = 409


class IllegalStage(TriageError):
    """The visit is at a stage that does not allow this."""

    zh = "到院当前的环节不能这样操作。"
    status: ClassVar[int] = 409


class FinishedConsultation(TriageError):
    """The consultation is finished; its triage can no longer be voided or moved."""

    zh = "咨询已结束，分诊不能再作废或改派。"
    status: ClassVar[int] = 409


class ConsultantNotOnDuty(TriageError):
    """The consultant is not on duty; name somebody who is."""

    zh = "这位咨询医生不在岗，请选择在岗的人。"
    status: ClassVar[int] = 409


class AccountClosed(TriageError):
    """This account is closed, or works in other branches only: nobody is on duty with it (T17)."""

    zh = "这个账号已停用，或只在其他门店任职，不能在岗。"
    status: ClassVar[int] = 409


class OverrideNeedsReason(TriageError):
    """Whoever departs from the rule book gives a reason."""

    zh = "不按规则安排时，请填写原因。"


class TimeBackwards(TriageError):
    """The event is earlier than the one before it."""

    zh = "这件事的时间早于前一件事。"
    status: ClassVar[int] = 409


class IllegalDay(TriageError):
    """The day cannot begin like this."""

    zh = "这一天不能这样开始。"


class Unreadable(TriageError):
    """A stored record of the ledger cannot be read."""

    zh = "台账中的记录无法读取。"


class IllegalPassage(TriageError):
    """This stage cannot follow the one that the visit is at."""

    zh = "到院不能从当前环节进入这个环节。"
    status: ClassVar[int] = 409


class StageNeedsReason(TriageError):
    """A visit goes back with a reason."""

    zh = "退回前面的环节要填写原因。"


class VisitIsOver(TriageError):
    """The visitor has left; what belongs to the visit is closed."""

    zh = "来客已离院，这次到院已结束。"
    status: ClassVar[int] = 409


class UnknownForm(TriageError):
    """There is no form with this name."""

    zh = "没有这个名称的表单。"
    status: ClassVar[int] = 404


class FormNotRight(TriageError):
    """Some fields of the form are not right; see errors."""

    zh = "表单有几项填写不对，请看各项的提示。"


class FormMissing(TriageError):
    """A form is to be written before this stage."""

    zh = "进入这个环节前要先填写表单。"
    status: ClassVar[int] = 409


class NotYourVisit(TriageError):
    """The visit is somebody else's; a supervisor may act in their place."""

    zh = "这次接诊属于别人；主管可以代为操作。"
    status: ClassVar[int] = 403


class AcceptedAlready(TriageError):
    """You have accepted this visitor; the desk or a supervisor voids it now (T42)."""

    zh = "您已接受这位来客，现在只能由前台或主管作废。"
    status: ClassVar[int] = 409


class VisitAccepted(TriageError):
    """The visitor is accepted already; start the consultation next."""

    zh = "这位来客已接受，接下来请开始咨询。"
    status: ClassVar[int] = 409


class NamedBySupervisor(TriageError):
    """Whom the customer changes to is named by a supervisor (T26); leave `to` out."""

    zh = "更换后的咨询医生由主管指定，请不要填写人选（`to`）。"
    status: ClassVar[int] = 403


class CustomerElsewhere(TriageError):
    """This customer has not been in your branches and is not expected there; register the visit first (C12)."""

    zh = "这位顾客没有到过您的门店，也没有预约；请先登记到院。"
    status: ClassVar[int] = 403


class UnknownCustomer(TriageError):
    """There is no customer with this id."""

    zh = "没有这个编号的顾客。"
    status: ClassVar[int] = 404


class SameOwner(TriageError):
    """The customer belongs to this consultant already."""

    zh = "这位顾客已归这位咨询医生。"
    status: ClassVar[int] = 409


class UnknownAlert(TriageError):
    """There is no alert with this id in your branches."""

    zh = "您的门店没有这个编号的提醒。"
    status: ClassVar[int] = 404


class AlertNotOpen(TriageError):
    """The alert is acknowledged or cleared already."""

    zh = "这条提醒已知悉或已解除。"
    status: ClassVar[int] = 409


class UnreadableFile(TriageError):
    """The file cannot be read."""

    zh = "文件无法读取。"


class WrongRows(TriageError):
    """Some rows of the file are not right; nothing was changed."""

    zh = "文件中有几行不对，没有做任何更改。"


class UnknownShift(TriageError):
    """There is no shift of this person on this day."""

    zh = "这个人这一天没有排班。"
    status: ClassVar[int] = 404


class ConsultantEngaged(TriageError):
    """The consultant has a visitor; finish or hand over the visit first."""

    zh = "这位咨询医生正在接诊，请先结束或转交。"
    status: ClassVar[int] = 409


class NotCheckedIn(TriageError):
    """This person has not checked in today."""

    zh = "这个人今天还没有签到。"
    status: ClassVar[int] = 409


class NotWorkingToday(TriageError):
    """This person does not work today; enter a shift for today first."""

    zh = "这个人今天不上班，请先为今天排班。"
    status: ClassVar[int] = 409


class OnlyForOneself(TriageError):
    """You may note this for yourself only; for others the reception or a supervisor does."""

    zh = "您只能为自己登记；为他人登记请找前台或主管。"
    status: ClassVar[int] = 403


class IllegalPolicy(TriageError):
    """These policy fields are not right; nothing was changed."""

    zh = "分诊政策有几项不对，没有做任何更改。"


class PolicyTooEarly(TriageError):
    """A day that has begun keeps its policy, which is part of its beginning; choose a later day."""

    zh = "已开始的营业日不能改分诊政策，请选择之后的日期。"


class UnknownBranch(TriageError):
    """There is no branch with this code."""

    zh = "没有这个代码的门店。"
    status: ClassVar[int] = 404


class ProjectNotInCatalogue(TriageError):
    """A project is not in the catalogue of this day; take its codes."""

    zh = "当天的目录中没有这个项目，请使用目录中的代码。"


class NoDealNeedsReason(TriageError):
    """Without a deal the reason is needed."""

    zh = "未成交请填写原因。"


class OwnerNeedsNote(TriageError):
    """A stand-in leaves a note for the owner (T11)."""

    zh = "代为接诊后请给首诊咨询医生留言。"


class DayTooFar(TriageError):
    """Nobody plans so far."""

    zh = "日期太远，请核对。"


class DaysBackwards(TriageError):
    """The days are in the wrong order."""

    zh = "起止日期顺序反了。"


class TooManyDays(TriageError):
    """These are too many days."""

    zh = "天数太多，请缩短范围。"


class BranchNotSaid(TriageError):
    """Say once for which branch."""

    zh = "请说明是哪家门店，只说一次。"


class NotADay(TriageError):
    """This is no day."""

    zh = "这不是日期。"
