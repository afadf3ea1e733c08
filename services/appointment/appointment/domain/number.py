"""The number of a slip (预约单号): `A`, eight digits or more, and two check digits (A2).

ISO 7064 MOD 97-10: every single wrong digit and every swap of two digits shows.
"""

from __future__ import annotations

import re

from qiantai.both import Both

from appointment.domain.errors import BadNumber

_NUMBER = re.compile(r"[Aa]([0-9]{8,16})([0-9]{2})")
_MODULUS = 97


def make_number(sequence: int) -> str:
    """Return the number of the `sequence`-th slip, for example A0000000193."""
    return f"A{sequence:08d}{_MODULUS + 1 - sequence * 100 % _MODULUS:02d}"


def sequence_of(number: str) -> int:
    """Return the sequence that a number stands for. Raises BadNumber when its check digits do not fit."""
    found = _NUMBER.fullmatch(number)
    if found is None or int(found[1] + found[2]) % _MODULUS != 1 or make_number(int(found[1])) != number.upper():
        raise BadNumber(
            fields={"number": Both("an A and ten digits, as printed on the slip", "A 加十位数字，见预约单。")}
        )
    return int(found[1])
