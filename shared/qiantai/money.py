"""Money: integer minor units (fen) with a currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


class CurrencyMixed(ValueError):
    """Two currencies in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units: `Money(12800, "CNY")` is 128.00 yuan."""

    minor: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Self:
        return type(self)(self.minor * times, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMixed(f"{self.currency} and {other.currency}")
        return other.minor

    def __str__(self) -> str:
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d} {self.currency}"
