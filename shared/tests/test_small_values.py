"""Topic keys, money, phones, masking, cursors, tokens: the small things that everything rests on."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import permissions
from qiantai.actors import Actor, OtherBranch
from qiantai.logs import _mask
from qiantai.messaging.keys import matches
from qiantai.money import CurrencyMixed, Money
from qiantai.phones import ImpossiblePhone, masked, to_e164
from qiantai.web.paging import BadCursor, read_cursor, write_cursor
from qiantai.web.routes import Routes
from qiantai.web.tokens import TokenInvalid, TokenSigner, TokenVerifier, new_signing_key


@pytest.mark.parametrize(
    ("binding", "key", "taken"),
    [
        ("triage.visit.assigned.*", "triage.visit.assigned.sh-01", True),
        ("triage.visit.assigned.sh-01", "triage.visit.assigned.hz-01", False),
        ("rebuild.triage.#", "rebuild.triage.customer.customer.updated.chain", True),
        ("rebuild.triage.#", "rebuild.triage", True),
        ("rebuild.triage.#", "rebuild.triages.x", False),
        ("#", "a", True),
        ("#.a", "a", True),
        ("#.a", "b.c.a", True),
        ("#.a.#", "b.a", True),
        ("a.*.#", "a.b", True),
        ("a.*.#", "a", False),
        ("*", "a.b", False),
        ("a.b", "a", False),
        ("a+b", "aab", False),
    ],
)
def test_keys_match_as_the_broker_matches_them(binding: str, key: str, taken: bool) -> None:
    assert matches(binding, key) is taken


def test_money_is_exact_and_of_one_currency() -> None:
    assert str(Money(12800) + Money(5) - Money(1) * 3) == "128.02 CNY"
    with pytest.raises(CurrencyMixed):
        Money(1) + Money(1, "USD")


@pytest.mark.parametrize("entered", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "0086 13800138000"])
def test_a_phone_is_kept_as_e164_however_it_is_entered(entered: str) -> None:
    assert to_e164(entered) == "+8613800138000"


@pytest.mark.parametrize("entered", ["", "12", "abc", "1380013800", "++", "1" * 40])
def test_an_impossible_phone_is_refused(entered: str) -> None:
    with pytest.raises(ImpossiblePhone):
        to_e164(entered)


def test_logs_hide_people() -> None:
    fields = _mask(None, "info", {"event": "e", "detail": "call +8613800138000 now", "name": "王小明", "password": "x"})
    assert "0013" not in json.dumps(fields)
    assert fields["name"] == "***"
    assert masked("+8613800138000") == "+86138****8000"


@given(st.text(max_size=60))
def test_a_cursor_of_others_is_refused(text: str) -> None:
    with contextlib.suppress(BadCursor):
        assert read_cursor(text, str) is not None
    assert read_cursor(write_cursor("a", 3), str, int) == ("a", 3)


def test_an_action_that_no_role_has_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match=r"no role has the action fly"):
        Routes("x", about="x").read("/", may="fly")(lambda: None)


def test_somebody_of_another_branch_is_told() -> None:
    desk = Actor(id="d", name="d", roles=frozenset({"receptionist"}), branches=frozenset({"sh-01"}))
    desk.must_work_in("sh-01")
    with pytest.raises(OtherBranch):
        desk.must_work_in("hz-01")
    assert permissions.may(desk, "visit.register")
    assert not permissions.may(desk, "visit.reassign")


class TestTokens:
    ACTOR = Actor(id="desk", name="陈佳", roles=frozenset({"receptionist"}), branches=frozenset({"sh-01"}))

    @pytest.fixture
    def pair(self, tmp_path_factory: pytest.TempPathFactory) -> tuple[TokenSigner, TokenVerifier]:
        signer = TokenSigner(new_signing_key(), "here")
        path = tmp_path_factory.mktemp("keys") / "jwks.json"
        path.write_text(json.dumps(signer.public_keys()))
        return signer, TokenVerifier(str(path), "here")

    def test_who_signed_in_is_who_acts(self, pair: tuple[TokenSigner, TokenVerifier]) -> None:
        signer, verifier = pair
        assert verifier.actor(signer.sign(self.ACTOR, now=time.time(), seconds=60)) == self.ACTOR
        assert "d" not in signer.public_keys()["keys"][0]  # type: ignore[index]

    def test_an_old_a_foreign_and_a_changed_token_are_refused(self, pair: tuple[TokenSigner, TokenVerifier]) -> None:
        signer, verifier = pair
        good = signer.sign(self.ACTOR, now=time.time(), seconds=60)
        old = signer.sign(self.ACTOR, now=time.time() - 120, seconds=60)
        foreign = TokenSigner(new_signing_key(), "here").sign(self.ACTOR, now=time.time(), seconds=60)
        head, payload, signature = good.split(".")
        changed = f"{head}.{payload[:-2]}AA.{signature}"
        for token in (old, foreign, changed, "", "a.b.c", good[:-4]):
            with pytest.raises(TokenInvalid):
                verifier.actor(token)

    def test_garbage_is_no_token(self, pair: tuple[TokenSigner, TokenVerifier]) -> None:
        _, verifier = pair

        @given(st.text(max_size=80))
        def refused(text: str) -> None:
            with pytest.raises(TokenInvalid):
                verifier.actor(text)

        refused()
