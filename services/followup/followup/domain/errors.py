"""What the follow-up service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class FollowupError(Refusal):
    """The follow-up service cannot do this."""

    zh = "回访服务无法完成这个操作。"


class UnknownPlan(FollowupError):
    """No plan has this id."""

    zh = "没有这个编号的回访计划。"
    status: ClassVar[int] = 404


class UnknownTemplate(FollowupError):
    """No template has this code."""

    zh = "没有这个代码的回访模板。"
    status: ClassVar[int] = 404


class UnknownCustomer(FollowupError):
    """This customer is not known here yet; try again in a moment."""

    zh = "这里还没有这位顾客，请稍后再试。"


class ExecutorNotHere(FollowupError):
    """This member of staff does not work in this branch (any more)."""

    zh = "这位员工不在本门店任职。"


class SlipIsOver(FollowupError):
    """Nobody is to be reminded of this slip any more."""

    zh = "这张预约单已不需要提醒。"
    status: ClassVar[int] = 409


class ImpossibleWindow(FollowupError):
    """A contact cannot be made in this time (F1)."""

    zh = "这个时间段不能回访。"


class ImpossibleTemplate(FollowupError):
    """This template could never make a plan (F3)."""

    zh = "按这个模板永远产生不了回访计划。"


class TemplateChanged(FollowupError):
    """Somebody changed this template meanwhile; load it again and repeat your edit."""

    zh = "模板刚被别人改过，请重新加载后再改。"
    status: ClassVar[int] = 412


class NotInThisState(FollowupError):
    """The plan's state does not allow this (F1)."""

    zh = "回访计划当前的状态不能这样操作。"
    status: ClassVar[int] = 409


class NotApproved(NotInThisState):
    """Only an approved plan can be executed (F1)."""

    zh = "只有已审批的回访计划才能执行。"


class CalledMeanwhile(FollowupError):
    """Somebody has called meanwhile; look at what came of it before you note another call (F5)."""

    zh = "刚有人打过这个电话，请先看结果再登记。"
    status: ClassVar[int] = 409


class OwnDraft(FollowupError):
    """Somebody else has to approve what you drafted (F1)."""

    zh = "自己拟的计划要由别人审批。"
    status: ClassVar[int] = 403


class OwnCall(FollowupError):
    """Somebody else has to review what you executed (F6)."""

    zh = "自己执行的回访要由别人点评。"
    status: ClassVar[int] = 403
