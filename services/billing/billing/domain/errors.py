"""What the billing service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class BillingError(Refusal):
    """The billing service cannot do this."""

    zh = "收费服务无法完成这个操作。"


class UnknownProject(BillingError):
    """No project of the catalogue has this code (B1)."""

    zh = "目录中没有这个代码的项目。"


class UnknownProduct(BillingError):
    """No product of the catalogue has this code (B1)."""

    zh = "目录中没有这个代码的产品。"
    status: ClassVar[int] = 404


class ProductIncomplete(BillingError):
    """Treatments and packages need a project and sessions, cosmetics and drugs have neither (B1)."""

    zh = "治疗和套餐要填项目和次数，化妆品和药品都不填。"


class PriceTwice(BillingError):
    """Two prices begin on the same day (B1)."""

    zh = "有两个价格从同一天开始。"


class ProductNotSold(BillingError):
    """This product is not sold (B1)."""

    zh = "这个产品不在售。"


class NoPrice(BillingError):
    """This product has no price in this branch today (B1)."""

    zh = "这个产品今天在本门店没有价格。"


class CurrenciesMixed(BillingError):
    """One slip holds prices of one currency; open a slip for each (B2)."""

    zh = "一张收费单只能有一种币种，请分开开单。"


class UnknownCustomer(BillingError):
    """This customer is not known here yet; try again in a moment."""

    zh = "这里还没有这位顾客，请稍后再试。"


class UnknownVisit(BillingError):
    """This visit is not known here yet; try again in a moment."""

    zh = "这里还没有这次到院，请稍后再试。"


class VisitOfSomebodyElse(BillingError):
    """This visit belongs to another customer or branch (B2)."""

    zh = "这次到院属于其他顾客或门店。"


class UnknownCharge(BillingError):
    """No charge slip has this id."""

    zh = "没有这个编号的收费单。"
    status: ClassVar[int] = 404


class ChargeNotOpen(BillingError):
    """Only a slip on which nothing has been paid can be voided (B2)."""

    zh = "已收过款的收费单不能作废。"
    status: ClassVar[int] = 409


class ChargeNotPayable(BillingError):
    """This slip is paid in full or void; it takes no payment (B3)."""

    zh = "收费单已付清或已作废，不能再收款。"
    status: ClassVar[int] = 409


class MoreThanDue(BillingError):
    """The tenders are more than what is still owed; enter cash handed over as `received` (B3)."""

    zh = "收款超过了欠款；顾客给的现金请填在“收到现金”（`received`）。"
    status: ClassVar[int] = 409


class ReferenceMissing(BillingError):
    """Every tender but cash needs its reference number (B3)."""

    zh = "除现金外，每种支付方式都要填交易号。"


class ReceivedNotRight(BillingError):
    """`received` is the cash handed over: for cash alone, and never less than its amount (B3)."""

    zh = "收到现金（`received`）只用于现金付款，且不少于该笔金额。"


class ReferenceTwice(BillingError):
    """One payment names a channel's transaction once; put what it pays for this slip into one tender (B3)."""

    zh = "一次收款中同一交易号只能出现一次，请合并成一笔。"
    status: ClassVar[int] = 409


class ReferenceNotRight(BillingError):
    """`reference` is the number of a channel's payment; cash has none (B3)."""

    zh = "交易号（`reference`）由支付渠道给出，现金不用填。"


class ReferenceUsed(BillingError):
    """The channel's transaction has paid a slip already; say `shared` where it pays for both (B3)."""

    zh = "这个交易号已付过一张收费单；确为合并付款请注明（`shared`）。"
    status: ClassVar[int] = 409


class UnknownItem(BillingError):
    """No paid item has this id."""

    zh = "没有这个编号的已付费项目。"
    status: ClassVar[int] = 404


class NothingLeft(BillingError):
    """Every session of this item has been used (B9)."""

    zh = "这个项目的次数已全部用完。"
    status: ClassVar[int] = 409


class ItemOfAnotherBranch(BillingError):
    """This item is used in the branch where it was bought (B9)."""

    zh = "这个项目只能在购买的门店使用。"
