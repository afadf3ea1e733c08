"""Every field of the policy is explained, read strictly, and compared field by field."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from triage.domain.errors import IllegalPolicy, Unreadable
from triage.domain.ledger.codec import decode_beginning
from triage.domain.policy import policy
from triage.domain.policy.catalogue import FIELDS, declared, decode_policy, encode_policy
from triage.domain.policy.forms import Kind, PlainForm, ValueForm
from triage.domain.policy.policy import Policy, policy_field
from triage.domain.policy.reading import (
    FieldDiffers,
    Given,
    Level,
    all_fields,
    difference,
    for_branch,
    in_force,
    policy_of,
    read_fields,
)
from triage.domain.policy.takes import LIMIT, Known
from triage.domain.policy.values import Way
from triage.domain.rotation.beginning import begin
from triage_testing.random_days import PROJECTS

KNOWN = Known(people={"A", "B", "C"}, projects={"breast", "filler"})
WHOLE = [{"name": "all", "classes": ["first_visit", "other", "repurchase", "return_visit"], "counted": True}]


def test_every_field_is_explained_in_both_languages() -> None:
    assert list(FIELDS) == [field.name for field in dataclasses.fields(Policy)]
    for field in FIELDS.values():
        assert re.search("[\u4e00-\u9fff]", field.zh), field.name
        assert not re.search("[\u4e00-\u9fff]", field.en + field.takes.en), field.name
        assert field.takes.zh
        assert field.rules
        assert all(re.fullmatch(r"T\d+", rule) for rule in field.rules)


def test_what_people_read_of_a_field_are_words_and_no_codes() -> None:
    for field in FIELDS.values():
        assert set(re.findall("[a-z]{2,}", field.zh + field.takes.zh)) <= {"true", "false"}, field.name
        assert not re.search(r"[_{}\[\]]", field.en + field.takes.en), field.name


def fits(form: PlainForm, value: Any) -> bool:
    """Say whether a value has this form."""
    each: dict[Kind, Any] = {
        Kind.TEXTS: lambda: all(isinstance(one, str) for one in value),
        Kind.NUMBERS: lambda: all(isinstance(one, int) for one in value),
        Kind.CHOICES: lambda: set(value) <= set(form.codes),
        Kind.CHOICE: lambda: value in form.codes,
        Kind.FLAG: lambda: isinstance(value, bool),
        Kind.NUMBER: lambda: isinstance(value, int),
        Kind.TEXT: lambda: isinstance(value, str),
        Kind.TIME: lambda: re.fullmatch(r"\d\d:\d\d", value) is not None,
    }
    if isinstance(form, ValueForm):
        if value is None:
            return form.nullable
        if form.kind is Kind.MAP:
            assert form.key
            assert form.value
            return all(fits(form.key, key) and fits(form.value, one) for key, one in value.items())
        if form.kind is Kind.RECORDS:
            return all(
                fits(part.form, one[part.name]) if part.name in one else part.optional
                for one in value
                for part in form.parts
            ) and all(set(one) <= {part.name for part in form.parts} for one in value)
    return bool(each[form.kind]())


def test_every_field_says_of_what_form_its_value_is() -> None:
    own = {"name": "again", "classes": ["repurchase"], "counted": False, "order": ["A"]}
    rest = {"name": "rest", "classes": ["first_visit", "other", "return_visit"], "counted": True}
    written: dict[str, Any] = {
        "lanes": [rest, own],
        "uses": {"named": "both"},
        "sources": {"friend": ["A", "supervisor"]},
        "duty": [{"consultant": "A", "start": "08:00", "end": "09:00"}],
        "reserved_places": {"early": [1]},
    }
    assert read_fields(written, KNOWN) == written
    for name, field in FIELDS.items():
        assert fits(field.form, field.default), name
        assert fits(field.form, written.get(name, field.default)), name
        assert bool(field.form.codes) == (field.form.group is not None), name
        if field.form.kind is Kind.CHOICE:
            for code in field.form.codes:
                assert field.written(decode_policy({name: code})) == code


def test_a_field_is_declared_in_one_place() -> None:
    rooms = Path(policy.__file__).parents[1]
    fields = set(FIELDS) - set(Way)
    for path in rooms.rglob("*.py"):
        named = [name for name in fields if re.search(rf"""["']{name}["']""", path.read_text(encoding="utf-8"))]
        assert not named, path


def test_a_new_field_needs_nothing_but_its_declaration() -> None:
    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Longer(Policy):
        tea_after_minutes: int | None = policy_field(None, LIMIT, rules=("T99",), zh="茶", en="Tea.", by_time=True)

    field = declared(Longer())["tea_after_minutes"]
    assert (field.where, field.default, field.rules, field.by_time) == (
        "policy.tea_after_minutes",
        None,
        ("T99",),
        True,
    )
    assert (field.read(5), field.written(Longer(tea_after_minutes=5))) == (5, 5)
    assert list(field.takes.vain(0, KNOWN)) == ["0 is not between 1 and 1440 minutes"]
    with pytest.raises(Unreadable, match=r"policy\.tea_after_minutes"):
        field.read("soon")


def test_the_defaults_are_the_book_and_can_be_sent_as_they_are() -> None:
    book = {name: field.default for name, field in FIELDS.items()}
    assert json.loads(json.dumps(book)) == book
    assert decode_policy(book) == Policy()
    assert read_fields(book, KNOWN) == book


@pytest.mark.parametrize(
    ("fields", "where", "told"),
    [
        ({"colour": 1}, "policy.colour", "no such field"),
        ({"wait_limit_minutes": "10"}, "policy.wait_limit_minutes", "1 to 1440"),
        ({"wait_limit_minutes": 0}, "policy.wait_limit_minutes", "between 1 and 1440"),
        ({"wait_limit_minutes": None}, "policy.wait_limit_minutes", "null"),
        ({"accept_within_minutes": 1441}, "policy.accept_within_minutes", "1441"),
        ({"leaves_within_minutes": 2.5}, "policy.leaves_within_minutes", "2.5"),
        ({"major_projects": ["nose"]}, "policy.major_projects", "unknown: nose"),
        ({"major_projects": ["breast", "breast"]}, "policy.major_projects", "twice: breast"),
        ({"class_order": ["a", "a"]}, "policy.class_order", "twice: a"),
        ({"higher_notes": "sometimes"}, "policy.higher_notes", "whoever cannot receive it, everybody or nobody"),
        ({"first_visit_scope": "town"}, "policy.first_visit_scope", "in this branch or in the whole chain"),
        ({"designated_counts": 1}, "policy.designated_counts", "true or false"),
        ({"scope_waiver_windows": [{"start": "08:00", "end": "09:00"}]}, "policy.scope_waiver_windows", "shift"),
        (
            {"scope_waiver_windows": [{"shift": "late", "start": "22:00", "end": "02:00"}]},
            "policy.scope_waiver_windows",
            "midnight",
        ),
        ({"credit_reasons": ["not_on_duty"]}, "policy.credit_reasons", "never made up"),
        ({"credit_reasons": ["tired"]}, "policy.credit_reasons", "tired"),
        ({"lanes": []}, "policy.lanes", "exactly one lane"),
        ({"lanes": [*WHOLE, {"name": "x", "classes": ["other"], "counted": True}]}, "policy.lanes", "exactly one"),
        ({"lanes": [{**WHOLE[0], "order": ["A", "Z"]}]}, "policy.lanes.all", "unknown: Z"),
        ({"lanes": [{**WHOLE[0], "order": ["A", "A"]}]}, "policy.lanes.all", "twice: A"),
        ({"lanes": [{**WHOLE[0], "order": []}]}, "policy.lanes", "at least one"),
        ({"uses": {"owner": "twice"}}, "policy.uses", "twice"),
        ({"sources": {"vip": ["Z"]}}, "policy.sources", "unknown: Z"),
        ({"sources": {"vip": []}}, "policy.sources", "vip: name at least one"),
        ({"duty": [{"consultant": "Z", "start": "12:00", "end": "13:00"}]}, "policy.duty", "unknown: Z"),
        ({"duty": [{"start": "12:00", "end": "13:00"}]}, "policy.duty", "consultant"),
        ({"duty": [{"consultant": "A", "start": "13:00", "end": "13:00"}]}, "policy.duty", "starts before"),
        ({"order_by": "age"}, "policy.order_by", "ranking, check-in or by hand"),
        ({"reserved_places": {"early": [0]}}, "policy.reserved_places", "from 1"),
        ({"reserved_places": {"early": [1], "late": [1]}}, "policy.reserved_places", "twice: 1"),
        ({"sources": {"a\x00b": ["A"]}}, "policy.sources", "control characters"),
        ({"sources": {"x" * 61: ["A"]}}, "policy.sources", "60 characters"),
        ({"class_order": ["\ud800"]}, "policy.class_order", "control characters"),
        ([], "policy", "object"),
    ],
)
def test_a_wrong_field_is_named(fields: Any, where: str, told: str) -> None:
    with pytest.raises(IllegalPolicy) as refused:
        read_fields(fields, KNOWN)
    assert told in refused.value.fields[where]
    json.dumps(dict(refused.value.fields), ensure_ascii=False).encode()


def test_every_wrong_field_is_named_at_once() -> None:
    with pytest.raises(IllegalPolicy) as refused:
        read_fields({"lanes": 1, "uses": 1, "duty": [], "colour": 1}, KNOWN)
    assert set(refused.value.fields) == {"policy.lanes", "policy.uses", "policy.colour"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FIELDS)) | st.text(), JSON, max_size=4))
def test_whatever_is_sent_is_read_or_refused_by_name(fields: dict[str, Any]) -> None:
    problems: dict[str, str] = {}
    plain: dict[str, Any] = {}
    try:
        plain = read_fields(fields, KNOWN)
    except IllegalPolicy as refused:
        problems = refused.fields
    assert problems or set(plain) == set(fields)
    json.dumps(problems, ensure_ascii=False).encode()
    assert read_fields(plain, KNOWN) == plain


def test_a_default_that_is_written_out_stays_written() -> None:
    assert read_fields({"wait_limit_minutes": 10, "leaves_within_minutes": None}, KNOWN) == {
        "wait_limit_minutes": 10,
        "leaves_within_minutes": None,
    }


def test_the_branch_is_over_the_chain_and_the_chain_over_the_book() -> None:
    chain = Level(name="chain", version=3, fields={"wait_limit_minutes": 15, "leaves_within_minutes": 5})
    branch = Level(name="branch", version=1, fields={"leaves_within_minutes": None})
    policy = policy_of([chain, branch])
    assert (policy.wait_limit_minutes, policy.leaves_within_minutes, policy.order_by) == (15, None, "ranking")
    told = {one.field: (one.value, one.level, one.version) for one in in_force([chain, branch])}
    assert list(told) == list(FIELDS)
    assert told["wait_limit_minutes"] == (15, "chain", 3)
    assert told["leaves_within_minutes"] == (None, "branch", 1)
    assert told["order_by"] == ("ranking", "book", None)
    assert decode_policy({name: value for name, (value, _, _) in told.items()}) == policy


def test_what_differs_is_told_field_by_field() -> None:
    before = {"wait_limit_minutes": 15, "leaves_within_minutes": 5, "order_by": "hand"}
    after = {"wait_limit_minutes": 20, "leaves_within_minutes": 5, "accept_within_minutes": None}
    assert difference(before, after) == (
        FieldDiffers(field="wait_limit_minutes", before=Given(15), after=Given(20)),
        FieldDiffers(field="accept_within_minutes", before=None, after=Given(None)),
        FieldDiffers(field="order_by", before=Given("hand"), after=None),
    )
    assert difference(before, before) == ()
    book = all_fields(Policy())
    assert [c.field for c in difference(book, all_fields(Policy(wait_limit_minutes=5)))] == ["wait_limit_minutes"]


def test_a_day_begins_although_the_chain_names_people_of_other_branches() -> None:
    fields = {
        "lanes": [{**WHOLE[0], "order": ["A", "elsewhere"]}],
        "sources": {"vip": ["elsewhere"], "web": ["A", "elsewhere", "supervisor"]},
        "duty": [
            {"consultant": "elsewhere", "start": "12:00", "end": "13:00"},
            {"consultant": "B", "start": "13:00", "end": "14:00"},
        ],
    }
    policy = for_branch(decode_policy(fields), {"A", "B"})
    assert [rule.order for rule in policy.lanes] == [("A",)]
    assert policy.sources == {"web": ("A", "supervisor")}
    assert [window.consultant for window in policy.duty] == ["B"]
    head = {"branch": "b", "date": "2026-11-21", "timezone": "UTC", "projects": PROJECTS, "order": ["A", "B"]}
    people = [{"id": "A"}, {"id": "B"}]
    begin(decode_beginning({**head, "consultants": people, "policy": encode_policy(policy)}))


def test_whoever_has_a_day_off_does_not_begin_idle_in_a_lane_of_their_own() -> None:
    lanes = [{**WHOLE[0], "order": ["B", "A"]}]
    head = {"branch": "b", "date": "2026-11-21", "timezone": "UTC", "projects": PROJECTS, "order": ["A"]}
    people = [{"id": "A"}, {"id": "B"}]
    day = begin(decode_beginning({**head, "consultants": people, "policy": {"lanes": lanes}}))
    assert (day.status["A"], day.status["B"]) == ("idle", "off")
    assert day.lanes["all"].order == ("B", "A")
