"""Time zones by their IANA names, and the countries that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from qiantai import spelling

_NO_PLACES = frozenset({"Factory", "localtime"})


def zone_named(name: str) -> str | None:
    """Return a zone as the IANA database spells it, whatever the case; None where there is none."""
    return _spellings().get(spelling.normal(name).casefold())


def country_of(zone: str) -> str | None:
    """Return the country of a zone (`Asia/Tokyo` -> `JP`), None for one that is in none or in several."""
    return _countries().get(zone) or _countries().get(_targets().get(zone, zone))


@cache
def _spellings() -> Mapping[str, str]:
    names = resources.files("tzdata").joinpath("zones").read_text("utf-8").split()
    return {name.casefold(): name for name in names if name not in _NO_PLACES}


@cache
def _countries() -> Mapping[str, str]:
    rows = (line.split("\t") for line in _lines("zone.tab") if not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}


@cache
def _targets() -> Mapping[str, str]:
    """Older names of zones (`PRC`) and those that they stand for."""
    links = (line.split() for line in _lines("tzdata.zi") if line.startswith("L "))
    return {name: target for _, target, name in links}


def _lines(name: str) -> list[str]:
    return resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8").splitlines()
