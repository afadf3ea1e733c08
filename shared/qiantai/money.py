"""Money is a whole number of minor units; how many make one, and how it is shown, is the currency's (ISO 4217)."""

from __future__ import annotations

_OF_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY"
    " COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS"
    " INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR"
    " MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD"
    " SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_DECIMALS = {currency: decimals for decimals, ones in _OF_DECIMALS.items() for currency in ones.split()}
CURRENCIES = tuple(sorted(_DECIMALS))
"""What ISO 4217 has of money that people pay with; no metals and no codes for tests."""
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
