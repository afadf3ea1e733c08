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


_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9+])(\+?\d{1,3}[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])\+\d(?:[ -]?\d){7,14}(?![A-Za-z0-9])"
)
"""A mainland mobile or an international number, as people write them into notes."""


def hidden_in(text: str) -> str:
    """Return a text with the middle of every phone number in it hidden."""
    return _IN_TEXT.sub(lambda found: masked(re.sub(r"[ -]", "", found[0])), text)


def masked(e164: str) -> str:
    """Return the number with its middle hidden: `+86138****8000` (C12)."""
    return f"{e164[:-8]}****{e164[-4:]}" if len(e164) > 8 else "****"  # noqa: PLR2004
