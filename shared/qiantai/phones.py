"""Phone numbers: kept as E.164, local numbers are entered as in the country of the branch (C3)."""

from __future__ import annotations

import re

import phonenumbers

from qiantai import spelling

_DIALLED = re.compile(r"\+?[\d\s()./\u2010-\u2015\u2212-]+")
"""No letters: a reader of numbers takes `I391` and `139ABCD` for other numbers and drops an extension."""


class ImpossiblePhone(ValueError):
    """This is not a possible phone number."""


def to_e164(entered: str, region: str | None = "CN") -> str:
    """Return `entered` as E.164 (`138 0013 8000` -> `+8613800138000`); `region` says where local numbers are from.

    Raises ImpossiblePhone.
    """
    text = spelling.normal(entered)
    if _DIALLED.fullmatch(text) is None:
        raise ImpossiblePhone(entered)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ImpossiblePhone(entered) from error
    if not phonenumbers.is_valid_number(number):
        raise ImpossiblePhone(entered)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(e164: str) -> str:
    """Return the number with its middle hidden: `+86138****8000` (C12)."""
    return f"{e164[:-8]}****{e164[-4:]}" if len(e164) > 8 else "****"  # noqa: PLR2004
