"""What the billing service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class BillingError(Refusal):
    """The billing service cannot do this."""


class UnknownProject(BillingError):
    """No project of the catalogue has this code (B1)."""


class UnknownProduct(BillingError):
    """No product of the catalogue has this code (B1)."""

    status: ClassVar[int] = 404


class ProductIncomplete(BillingError):
    """Treatments and packages need a project and sessions, cosmetics and drugs have neither (B1)."""


class PriceTwice(BillingError):
    """Two prices begin on the same day (B1)."""


class ProductNotSold(BillingError):
    """This product is not sold (B1)."""


class NoPrice(BillingError):
    """This product has no price in this branch today (B1)."""


class CurrenciesMixed(BillingError):
    """One slip holds prices of one currency; open a slip for each (B2)."""


class UnknownCustomer(BillingError):
    """This customer is not known here yet; try again in a moment."""


class UnknownVisit(BillingError):
    """This visit is not known here yet; try again in a moment."""


class VisitOfSomebodyElse(BillingError):
    """This visit belongs to another customer or branch (B2)."""


class UnknownCharge(BillingError):
    """No charge slip has this id."""

    status: ClassVar[int] = 404


class ChargeNotOpen(BillingError):
    """Only a slip on which nothing has been paid can be voided (B2)."""

    status: ClassVar[int] = 409


class ChargeNotPayable(BillingError):
    """This slip is paid in full or void; it takes no payment (B3)."""

    status: ClassVar[int] = 409


class MoreThanDue(BillingError):
    """The tenders are more than what is still owed; enter cash handed over as `received` (B3)."""

    status: ClassVar[int] = 409


class ReferenceMissing(BillingError):
    """Every tender but cash needs its reference number (B3)."""


class ReceivedNotRight(BillingError):
    """`received` is the cash handed over: for cash alone, and never less than its amount (B3)."""


class ReferenceTwice(BillingError):
    """One payment names a channel's transaction once; put what it pays for this slip into one tender (B3)."""

    status: ClassVar[int] = 409


class ReferenceNotRight(BillingError):
    """`reference` is the number of a channel's payment; cash has none (B3)."""


class ReferenceUsed(BillingError):
    """The channel's transaction has paid a slip already; say `shared` where it pays for both (B3)."""

    status: ClassVar[int] = 409


class UnknownItem(BillingError):
    """No paid item has this id."""

    status: ClassVar[int] = 404


class NothingLeft(BillingError):
    """Every session of this item has been used (B9)."""

    status: ClassVar[int] = 409


class ItemOfAnotherBranch(BillingError):
    """This item is used in the branch where it was bought (B9)."""
