"""What the customer service refuses."""

from __future__ import annotations

from typing import ClassVar

from qiantai.errors import Refusal


class CustomerError(Refusal):
    """The customer service cannot do this."""


class UnknownCustomer(CustomerError):
    """No customer has this id."""

    status: ClassVar[int] = 404


class FileElsewhere(CustomerError):
    """This file is another branch's; find it by the whole phone, the card or its number, then it opens here (C12)."""

    status: ClassVar[int] = 403


class TooManyFiles(CustomerError):
    """You have looked at very many files; go on in a while (C12)."""

    status: ClassVar[int] = 429


class UnknownCard(CustomerError):
    """No card has this number."""

    status: ClassVar[int] = 404


class PhoneKnown(CustomerError):
    """This phone belongs to an existing file; find that file by it instead (C3)."""

    status: ClassVar[int] = 409


class CardNumberInUse(CustomerError):
    """This card number belongs to somebody already (C10)."""

    status: ClassVar[int] = 409


class CardNotInUse(CustomerError):
    """This card is not in use any more (C10)."""

    status: ClassVar[int] = 409


class FileChanged(CustomerError):
    """Somebody changed this file meanwhile; load it again and repeat your edit (C13)."""

    status: ClassVar[int] = 412


class PhoneNotPossible(CustomerError):
    """A phone number is not possible; write its digits alone, with +country from abroad (C3)."""


class OwnReferrer(CustomerError):
    """A customer cannot refer themselves; choose another customer."""


class BirthdayAhead(CustomerError):
    """The birthday lies in the future."""


class BirthdayTooEarly(CustomerError):
    """Nobody is that old; look at the year."""
