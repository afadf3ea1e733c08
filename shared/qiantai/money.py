"""Money is a whole number of minor units; how many make one, and how it is shown, is the currency's (ISO 4217)."""

from __future__ import annotations

_NONE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = {**dict.fromkeys(_NONE, 0), **dict.fromkeys(_THREE, 3), **dict.fromkeys(("CLF", "UYW"), 4)}
"""Currencies that are not of two decimals."""
_LARGEST_NOTES = {
    "CNY": 100,
    "HKD": 1000,
    "MOP": 1000,
    "TWD": 2000,
    "JPY": 10_000,
    "KRW": 50_000,
    "VND": 500_000,
    "THB": 1000,
    "SGD": 1000,
    "MYR": 100,
    "USD": 100,
    "CAD": 100,
    "AUD": 100,
    "NZD": 100,
    "GBP": 50,
    "EUR": 500,
}
_LARGE_NOTE = 1000


def decimals_of(currency: str) -> int:
    """Return how many digits the minor unit of a currency has: CNY 2, JPY 0."""
    return _DECIMALS.get(currency, 2)


def shown(minor: int, currency: str) -> str:
    """Return an amount with its currency: 38800 is `CNY 388.00` and `JPY 38,800`."""
    decimals = decimals_of(currency)
    sign, whole = "-" if minor < 0 else "", abs(minor)
    units, rest = divmod(whole, 10**decimals)
    fraction = f".{rest:0{decimals}d}" if decimals else ""
    return f"{currency} {sign}{units:,}{fraction}"


def largest_note(currency: str) -> int:
    """Return the largest banknote in minor units, beyond which nobody asks for change."""
    return int(_LARGEST_NOTES.get(currency, _LARGE_NOTE) * 10 ** decimals_of(currency))
