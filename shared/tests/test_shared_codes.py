"""A branch code is one word of a routing key, wherever it comes in."""

from __future__ import annotations

import json

import environs
import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import clock, codes
from qiantai.contracts.customer import CardRevoked
from qiantai.ids import new_id
from qiantai.messaging.keys import matches
from qiantai.settings import settings_of
from qiantai.web.fields import Body, BranchCode, Code
from qiantai.wire.envelope import Undecodable, decode, enclose, encode, routing_key

WRONG = ["sh.01", "", "-sh", "a" * 61, "sh 01", "sh-01\n", "*", "#", "上海", "a/b"]


class Sent(Body):
    branch = BranchCode()
    staff = Code()


def sealed(branch: str) -> bytes:
    revoked = CardRevoked(branch="sh-01", card="k", number="D1", customer="c", reason="lost")
    envelope = enclose(revoked, id_=new_id(), version=1, time=clock.now(), causation=None, traceparent=None)
    return json.dumps({**json.loads(encode(envelope)), "branch": branch}).encode()


@given(st.from_regex(codes.BRANCH, fullmatch=True))
def test_a_branch_code_is_one_word_of_the_key(branch: str) -> None:
    assert Sent().load({"branch": branch}) == {"branch": branch}
    assert decode(sealed(branch)).branch == branch
    key = routing_key("triage.visit.assigned.v1", branch)
    assert matches("triage.visit.assigned.*", key)
    assert len(key.encode()) <= 255


@given(st.text(max_size=70) | st.sampled_from(WRONG))
def test_field_and_envelope_take_the_same(text: str) -> None:
    wrong = Sent().validate({"branch": text})
    assert set(wrong) <= {"branch"}
    if wrong:
        with pytest.raises(Undecodable):
            decode(sealed(text))
    else:
        assert decode(sealed(text)).branch == text


@pytest.mark.parametrize("branch", WRONG)
def test_another_code_is_refused(branch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ma.ValidationError, match="branch code"):
        Sent().load({"branch": branch})
    with pytest.raises(Undecodable, match="branch"):
        decode(sealed(branch))
    for name in ("DATABASE_TRIAGE", "JWKS"):
        monkeypatch.setenv(f"QIANTAI_{name}", "x")
    monkeypatch.setenv("QIANTAI_BRANCHES", f"sh-01,{branch}")
    with pytest.raises(environs.EnvError, match="BRANCHES"):
        settings_of("triage")


def test_other_codes_may_have_dots() -> None:
    assert Sent().load({"staff": "wang.li"}) == {"staff": "wang.li"}
    with pytest.raises(ma.ValidationError, match="staff"):
        Sent().load({"staff": "wang li"})
