"""Phone numbers: kept as E.164, mainland numbers may be entered the local way (C3)."""

from __future__ import annotations

import phonenumbers


class ImpossiblePhone(ValueError):
    """This is not a possible phone number."""


def to_e164(entered: str, region: str = "CN") -> str:
    """Return `entered` as E.164 (`138 0013 8000` -> `+8613800138000`).

    Raises ImpossiblePhone.
    """
    try:
        number = phonenumbers.parse(entered, region)
    except phonenumbers.NumberParseException as error:
        raise ImpossiblePhone(entered) from error
    if not phonenumbers.is_valid_number(number):
        raise ImpossiblePhone(entered)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(e164: str) -> str:
    """Return the number with its middle hidden: `+86138****8000` (C12)."""
    return f"{e164[:-8]}****{e164[-4:]}" if len(e164) > 8 else "****"  # noqa: PLR2004
