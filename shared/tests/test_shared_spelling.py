"""One name is one text, and no text holds what nobody can see."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import codes, spelling
from qiantai.phones import ImpossiblePhone, to_e164
from qiantai.web.fields import Body, Code, Day, Instant, Name, Text
from qiantai.zones import country_of, zone_named

INVISIBLE = "\u200b\u200d\u2060\ufeff\u00ad\u202e\u061c\u3164\ufe0f\U000e0041"
ANY = st.text(max_size=30)


class Sent(Body):
    name = Name(40)
    text = Text(200)
    staff = Code()
    day = Day()
    at = Instant()


@given(ANY)
def test_what_is_normal_stays_so(text: str) -> None:
    for spell in (spelling.normal, spelling.tidy, spelling.folded):
        assert spell(spell(text)) == spell(text)
    assert spelling.folded(spelling.normal(text)) == spelling.folded(text)


@given(ANY)
def test_nothing_invisible_is_left(text: str) -> None:
    normal = spelling.normal(text)
    assert not [sign for sign in normal if unicodedata.category(sign) == "Cf"]
    assert not set(normal) & set(INVISIBLE)
    assert unicodedata.is_normalized("NFKC", normal)
    assert normal == normal.strip()


@given(ANY, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from(INVISIBLE), st.integers(0, 30))
def test_however_it_is_typed_it_is_one_name(text: str, form: str, sign: str, place: int) -> None:
    plain = spelling.normal(text)
    typed = unicodedata.normalize(form, plain)  # type: ignore[arg-type]
    assert spelling.normal(typed) == plain
    assert spelling.normal(plain[:place] + sign + plain[place:]) == plain


@given(st.from_regex(r"[A-Za-z0-9 ]{1,20}", fullmatch=True))
def test_case_and_spaces_make_no_other_name(text: str) -> None:
    assert spelling.folded(text.upper()) == spelling.folded(text.lower()) == spelling.folded(text.replace(" ", ""))


@pytest.mark.parametrize("dot", "\u00b7\u2022\u30fb\uff65\u2027\u22c5\u2219")
def test_every_dot_between_names_is_one(dot: str) -> None:
    assert spelling.normal(f"阿依古丽{dot}买买提") == "阿依古丽\u00b7买买提"


def test_free_text_keeps_its_signs_and_emoji() -> None:
    said = "复诊：周五，带片子！👩\u200d⚕️"
    assert Sent().load({"text": f" {said}\u202e "}) == {"text": said}


@given(ANY)
def test_a_name_is_normal_or_refused(text: str) -> None:
    try:
        name = Sent().load({"name": text})["name"]
    except ma.ValidationError:
        return
    assert name == spelling.normal(name)
    assert 1 <= len(name) <= 40


@pytest.mark.parametrize("text", ["\u200b", " ", "a\x00b", "a\x85b", "a\ud800"])
def test_a_name_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ma.ValidationError, match="name"):
        Sent().load({"name": text})


@given(st.from_regex(codes.CODE, fullmatch=True), st.sampled_from(INVISIBLE), st.integers(0, 60))
def test_an_invisible_sign_makes_no_other_code(code: str, sign: str, place: int) -> None:
    with pytest.raises(ma.ValidationError, match="staff"):
        Sent().load({"staff": code[:place] + sign + code[place:]})


@pytest.mark.parametrize("word", ["chain", "CHAIN", "All", "null", "anonymous"])
def test_words_that_mean_something_else_are_no_codes(word: str) -> None:
    with pytest.raises(codes.CodeReserved):
        codes.refuse_reserved(word)


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_days_and_times_at_the_end_of_the_calendar_are_refused(day: str) -> None:
    for body in ({"day": day}, {"at": f"{day}T00:00:00+14:00"}, {"at": f"{day}T23:59:59-12:00"}):
        with pytest.raises(ma.ValidationError):
            Sent().load(body)


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_are_taken_in_every_zone(day: str) -> None:
    assert Sent().load({"day": day}) == {"day": date.fromisoformat(day)}
    for at in (f"{day}T00:00:00+14:00", f"{day}T23:59:59.999999-12:00"):
        assert Sent().load({"at": at}) == {"at": datetime.fromisoformat(at)}


@given(ANY)
def test_any_text_is_a_zone_or_none(text: str) -> None:
    assert zone_named(text) is None or country_of(text) is None or len(country_of(text) or "") == 2


@pytest.mark.parametrize(
    ("typed", "zone", "country"),
    [
        ("asia/shanghai", "Asia/Shanghai", "CN"),
        (" Asia/Tokyo\u200b", "Asia/Tokyo", "JP"),
        ("PRC", "PRC", "CN"),
        ("US/Pacific", "US/Pacific", "US"),
        ("UTC", "UTC", None),
    ],
)
def test_a_zone_is_known_in_any_case_and_has_its_country(typed: str, zone: str, country: str | None) -> None:
    assert zone_named(typed) == zone
    assert country_of(zone) == country


@pytest.mark.parametrize(
    "typed", ["", "Asia", "../etc/passwd", "Mars/Base", "localtime", "Asia/Shanghai\x00", "a" * 5000]
)
def test_what_is_no_zone_is_none(typed: str) -> None:
    assert zone_named(typed) is None


@given(ANY | st.from_regex(r"[0-9A-Za-z+() .;=-]{1,25}", fullmatch=True), st.sampled_from(["CN", "US", "JP", None]))
def test_a_phone_is_one_number_of_the_digits_that_were_typed(text: str, country: str | None) -> None:
    try:
        number = to_e164(text, country)
    except ImpossiblePhone:
        return
    assert to_e164(number, None) == number
    typed = "".join(str(unicodedata.digit(sign)) for sign in spelling.normal(text) if sign.isdecimal())
    assert number.lstrip("+").endswith(typed.lstrip("0")[-7:])
    assert not any(sign.isalpha() for sign in spelling.normal(text))


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("138 0013 8000", "CN", "+8613800138000"),
        ("１３８００１３８０００", "CN", "+8613800138000"),
        ("(212) 555-1234", "US", "+12125551234"),
        ("090-1234-5678", "JP", "+819012345678"),
        ("9123 4567", "HK", "+85291234567"),
        ("+86 138 0013 8000", None, "+8613800138000"),
    ],
)
def test_a_local_number_is_one_of_the_branchs_country(typed: str, country: str | None, number: str) -> None:
    assert to_e164(typed, country) == number


@pytest.mark.parametrize(
    "typed", ["I3912345678", "139ABCD1234", "021-62341234 ext 801", "021-62341234;ext=801", "13800138000#1"]
)
def test_letters_and_extensions_are_no_part_of_a_number(typed: str) -> None:
    with pytest.raises(ImpossiblePhone):
        to_e164(typed)
