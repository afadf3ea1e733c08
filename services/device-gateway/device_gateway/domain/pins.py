"""PINs: what opens a locked screen while its session goes on, on the one device where it was set (G8)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from qiantai.both import Both

from device_gateway.domain.errors import WeakPin

SHORTEST, LONGEST = 4, 8
WRONG_PINS = 5
"""After so many wrong ones in a row the session ends and the PIN is gone."""
_COMMON = frozenset(
    {
        "2580",
        "0852",
        "1314",
        "5201314",
        "147258",
        "159753",
        "159357",
        "123123",
        "112233",
        "1998",
        "1999",
        "2000",
        "2008",
    }
)
_EASY = Both(
    "a row, a repetition or one that many people have; take another", "连号、重复或很多人在用的 PIN，请换一个。"
)
_PIECES = (1, 2)
_STEPS = ({1}, {9}, {0})
"""Between neighbours, of ten: upwards, downwards, all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An account's PIN on a device, and the wrong ones since the last right one."""

    staff: str
    device: str
    hash: str = field(repr=False)
    used_at: datetime
    wrong: int = 0


def check_pin(pin: str) -> None:
    """Refuse a PIN that whoever looks at the keys tries first. Raises WeakPin."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeated = any(pin == (pin[:size] * len(pin))[: len(pin)] for size in _PIECES)
    if pin in _COMMON or steps in _STEPS or repeated:
        raise WeakPin(fields={"pin": _EASY})


def wrong_once_more(pin: Pin) -> Pin | None:
    """Return the PIN with one more wrong try, None where that was the last one."""
    return None if pin.wrong + 1 >= WRONG_PINS else replace(pin, wrong=pin.wrong + 1)
