"""What the appointment service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class AppointmentError(Refusal):
    """The appointment service cannot do this."""

    zh = "预约服务无法完成这个操作。"


class ImpossibleTimes(AppointmentError):
    """These times cannot be booked (A2)."""

    zh = "这个时间不能预约。"


class UnknownAppointment(AppointmentError):
    """No appointment is known under this id or number."""

    zh = "没有这个编号的预约单。"
    status: ClassVar[int] = 404


class BadNumber(AppointmentError):
    """This is no appointment number: its check digits do not fit; read or type it again (A2)."""

    zh = "预约单号不对，校验位不符，请重新扫描或输入。"


class UnknownCustomer(AppointmentError):
    """This customer is not known here yet; try again in a moment."""

    zh = "这里还没有这位顾客，请稍后再试。"


class UnknownProject(AppointmentError):
    """The catalogue does not offer this project."""

    zh = "目录中没有这个项目。"


class ProviderNotHere(AppointmentError):
    """This consultant or doctor does not work in this branch (any more)."""

    zh = "这位咨询医生或医生不在本门店任职。"


class UnknownStaff(AppointmentError):
    """Nobody of the staff has this name."""

    zh = "没有这个名称的员工。"


class ProviderBusy(AppointmentError):
    """This consultant or doctor is booked at that time already; choose another time or person (A8)."""

    zh = "这位咨询医生或医生该时段已有预约，请换时间或换人。"
    status: ClassVar[int] = 409


class CustomerBusy(AppointmentError):
    """This customer has a slip at that time already; choose another time, or say `also_then` where it is meant."""

    zh = "这位顾客该时段已有预约单，请换时间；确需同时预约请注明（`also_then`）。"
    status: ClassVar[int] = 409


class NotInThisState(AppointmentError):
    """The appointment's state does not allow this (A3)."""

    zh = "预约单当前的状态不能这样操作。"
    status: ClassVar[int] = 409


class NotToday(AppointmentError):
    """The appointment is for another day; reschedule it first (A11)."""

    zh = "预约不在今天，请先改期。"
    status: ClassVar[int] = 409


class AppointmentChanged(AppointmentError):
    """Somebody changed this appointment meanwhile; load it again and repeat your change."""

    zh = "预约单刚被别人改过，请重新加载后再改。"
    status: ClassVar[int] = 412
