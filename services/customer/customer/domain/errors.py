"""What the customer service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class CustomerError(Refusal):
    """The customer service cannot do this."""

    zh = "顾客服务无法完成这个操作。"


class UnknownCustomer(CustomerError):
    """No customer has this id."""

    zh = "没有这个编号的顾客。"
    status: ClassVar[int] = 404


class FileElsewhere(CustomerError):
    """This file is another branch's; find it by the whole phone, the card or its number, then it opens here (C12)."""

    zh = "这份档案属于其他门店；用完整手机号、卡或档案号查找后即可在此打开。"
    status: ClassVar[int] = 403


class TooManyFiles(CustomerError):
    """You have looked at very many files; go on in a while (C12)."""

    zh = "您查看的档案太多了，请过一会儿再继续。"
    status: ClassVar[int] = 429


class UnknownCard(CustomerError):
    """No card has this number."""

    zh = "没有这个号码的卡。"
    status: ClassVar[int] = 404


class PhoneKnown(CustomerError):
    """This phone belongs to an existing file; find that file by it instead (C3)."""

    zh = "这个手机号已有顾客档案，请按手机号查找那份档案。"
    status: ClassVar[int] = 409


class CardNumberInUse(CustomerError):
    """This card number belongs to somebody already (C10)."""

    zh = "这个卡号已有人使用。"
    status: ClassVar[int] = 409


class CardNotInUse(CustomerError):
    """This card is not in use any more (C10)."""

    zh = "这张卡已停用。"
    status: ClassVar[int] = 409


class FileChanged(CustomerError):
    """Somebody changed this file meanwhile; load it again and repeat your edit (C13)."""

    zh = "档案刚被别人改过，请重新加载后再改。"
    status: ClassVar[int] = 412


class PhoneNotPossible(CustomerError):
    """A phone number is not possible; write its digits alone, with +country from abroad (C3)."""

    zh = "手机号不对；请只填数字，境外号码加“+国家代码”。"


class OwnReferrer(CustomerError):
    """A customer cannot refer themselves; choose another customer."""

    zh = "顾客不能介绍自己，请选择其他顾客。"


class BirthdayAhead(CustomerError):
    """The birthday lies in the future."""

    zh = "生日在今天之后，请核对。"


class BirthdayTooEarly(CustomerError):
    """Nobody is that old; look at the year."""

    zh = "生日太早了，请核对年份。"
