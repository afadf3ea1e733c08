"""Forms of a visit: what they take, and that whatever is wrong is named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import permissions
from triage.domain.care.form_list import AFTER_CARE_NOTES, CONSENT, EXAMINATION_REQUEST, FORMS, NEEDS, form_named
from triage.domain.care.forms import Form, Kind, check_content
from triage.domain.care.stages import FOLLOWS
from triage.domain.errors import FormNotRight, UnknownForm

SIGNED = {
    "procedure": "隆鼻",
    "signed": True,
    "signed_by": "王女士",
    "signer": "self",
    "signed_at": "2026-11-21T09:30:00+08:00",
}


def wrong(form: Form, content: dict) -> dict[str, str]:
    with pytest.raises(FormNotRight) as refused:
        check_content(form, content)
    return refused.value.fields


def test_a_signed_consent_says_who_signed_and_when() -> None:
    assert check_content(CONSENT, SIGNED) == SIGNED
    missing = wrong(CONSENT, {"procedure": "隆鼻", "signed": True})
    assert sorted(missing) == ["content.signed_at", "content.signed_by", "content.signer"]
    assert check_content(CONSENT, {"procedure": "隆鼻", "signed": False}) == {"procedure": "隆鼻", "signed": False}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("procedure", ""),
        ("procedure", "  "),
        ("procedure", 7),
        ("procedure", "x" * 501),
        ("procedure", "a\x00b"),
        ("procedure", "\ud800"),
        ("signed", "yes"),
        ("signed", 1),
        ("signer", "neighbour"),
        ("signer", ["self"]),
        ("signed_at", "2026-11-21T09:30:00"),
        ("signed_at", "yesterday"),
        ("signed_at", 1),
        ("explained_by", "dr gao"),
        ("explained_by", "x" * 61),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object) -> None:
    assert list(wrong(CONSENT, {**SIGNED, field: value})) == [f"content.{field}"]


def test_a_field_that_the_form_does_not_have_is_named() -> None:
    assert list(wrong(CONSENT, {**SIGNED, "colour": "red"})) == ["content.colour"]
    assert list(wrong(CONSENT, {**SIGNED, "a\ud800\n": 1})) == ["content.a?\n"]


@pytest.mark.parametrize("value", [[], "blood", ["blood", "hair"], [["blood"]], ["blood"] * 21, {"blood": True}])
def test_a_list_holds_known_words(value: object) -> None:
    content = {"examinations": value, "reason": "术前"}
    assert list(wrong(EXAMINATION_REQUEST, content)) == ["content.examinations"]


def test_a_word_twice_is_once_and_other_needs_a_remark() -> None:
    content = {"examinations": ["blood", "ecg", "blood"], "reason": "术前"}
    assert check_content(EXAMINATION_REQUEST, content)["examinations"] == ["blood", "ecg"]
    assert list(wrong(EXAMINATION_REQUEST, {**content, "examinations": ["other"]})) == ["content.remark"]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_complete(name: str) -> None:
    form = form_named(name)
    names = [field.name for field in form.fields]
    assert len(names) == len(set(names))
    assert form.stage in FOLLOWS
    assert form.action in permissions.ACTIONS
    assert all(field.zh and field.en for field in form.fields)
    assert all(bool(field.options) is (field.kind in {Kind.CHOICE, Kind.CHOICES}) for field in form.fields)
    assert all({rule.field, *rule.needs} <= set(names) for rule in form.together)
    required = {f"content.{field.name}" for field in form.fields if field.required}
    if required:
        assert set(wrong(form, {})) == required
    else:
        assert check_content(form, {}) == {}


def test_an_unknown_form_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownForm) as refused:
        form_named("poem")
    assert "consent" in refused.value.facts["forms"]


@pytest.mark.parametrize(
    ("stage", "klass", "treated", "forms"),
    [
        ("treatment", "first_visit", False, ["consent"]),
        ("treatment", "recheck", False, []),
        ("leaving", "first_visit", True, ["after_care"]),
        ("leaving", "first_visit", False, []),
        ("payment", "first_visit", True, []),
    ],
)
def test_which_stage_waits_for_which_form(stage: str, klass: str, forms: list[str], *, treated: bool) -> None:
    assert [need.form for need in NEEDS if need.holds_for(stage, klass, treated=treated)] == forms


def test_a_consent_that_is_not_signed_is_not_enough() -> None:
    consent = next(need for need in NEEDS if need.form == CONSENT.name)
    assert not consent.is_met_by(None)
    assert not consent.is_met_by({"signed": False})
    assert consent.is_met_by(SIGNED)
    after_care = next(need for need in NEEDS if need.form == AFTER_CARE_NOTES.name)
    assert after_care.is_met_by({"instructions": "x", "explained": False})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(
    name=st.sampled_from(sorted(FORMS)),
    data=st.data(),
)
def test_whatever_comes_is_taken_in_canonical_form_or_refused_by_name(name: str, data: st.DataObject) -> None:
    form = form_named(name)
    keys = st.sampled_from([field.name for field in form.fields]) | st.text()
    given_ = data.draw(st.dictionaries(keys, _JSON, max_size=6))
    try:
        content = check_content(form, given_)
    except FormNotRight as refused:
        content, named = {}, refused.fields
    else:
        named = {"nothing": ""}
        assert check_content(form, content) == content
    assert named
    json.dumps([content, named], ensure_ascii=False).encode()
