"""Who may do what where, and the tokens that say who it is."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiantai import permissions
from qiantai.actors import Actor, OtherBranch
from qiantai.errors import Forbidden
from qiantai.testing.service import ISSUER
from qiantai.web.tokens import IssuerAway, TokenInvalid, TokenSigner, TokenVerifier, new_signing_key

HEAD = Actor(id="h", name="头", roles=frozenset({"head_office"}), branches=frozenset({"*"}))


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        ("receptionist", "customer.register", True),
        ("receptionist", "payment.take", False),
        ("consultant", "visit.start", True),
        ("consultant", "payment.take", False),
        ("cashier", "payment.take", True),
        ("cashier", "visit.reassign", False),
        ("supervisor", "visit.reassign", True),
        ("supervisor", "staff.edit", False),
        ("branch_head", "staff.edit", True),
        ("branch_head", "branch.edit", False),
        ("head_office", "branch.edit", True),
        ("it", "branch.edit", True),
        ("it", "payment.take", False),
        *(("it", f"{what}.read", False) for what in ("customer", "appointment", "visit", "charge", "item", "plan")),
        ("screen", "board.read", True),
        ("screen", "customer.read", False),
        ("nobody", "board.read", False),
    ],
)
def test_who_may_do_what(role: str, action: str, allowed: bool) -> None:
    actor = Actor(id="x", name="x", roles=frozenset({role}))
    assert permissions.may(actor, action) is allowed
    if not allowed:
        with pytest.raises(Forbidden):
            permissions.must(actor, action)


def test_somebody_of_another_branch_is_told() -> None:
    desk = Actor(id="d", name="d", roles=frozenset({"receptionist"}), branches=frozenset({"sh-01"}))
    desk.must_work_in("sh-01")
    with pytest.raises(OtherBranch):
        desk.must_work_in("hz-01")
    assert permissions.may(desk, "visit.register")
    assert not permissions.may(desk, "visit.reassign")


@pytest.fixture
def verifier(jwks: Path) -> TokenVerifier:
    return TokenVerifier(str(jwks), ISSUER)


def test_who_signed_in_is_who_acts(verifier: TokenVerifier, signer: TokenSigner) -> None:
    desk = Actor(id="desk", name="陈佳", roles=frozenset({"receptionist"}), branches=frozenset({"sh-01"}))
    assert verifier.actor(signer.sign(desk, now=time.time(), seconds=60)) == desk
    assert "d" not in signer.public_keys()["keys"][0]  # type: ignore[index]


def _tampered(token: str) -> str:
    head, claims, signature = token.split(".")
    values = json.loads(base64.urlsafe_b64decode(claims + "=="))
    values["roles"] = ["head_office"]
    return ".".join((head, base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("="), signature))


def _unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return f"{head}.{token.split('.')[1]}."


def test_an_old_a_foreign_and_a_changed_token_are_refused(verifier: TokenVerifier, signer: TokenSigner) -> None:
    key = new_signing_key()
    good = signer.sign(HEAD, now=time.time(), seconds=60)
    bad = [
        signer.sign(HEAD, now=time.time() - 100, seconds=60),
        TokenSigner(key, ISSUER).sign(HEAD, now=time.time(), seconds=60),
        _tampered(good),
        _unsigned(good),
        good[:-3],
        good + "x",
        "",
        "a.b.c",
        "..",
        "ü.ü.ü",
    ]
    for token in bad:
        with pytest.raises(TokenInvalid):
            verifier.actor(token)


@given(text=st.text(max_size=80))
def test_garbage_is_no_token(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier.actor(text)


def test_the_issuer_must_be_ours(jwks: Path, signer: TokenSigner) -> None:
    with pytest.raises(TokenInvalid):
        TokenVerifier(str(jwks), "somebody-else").actor(signer.sign(HEAD, now=time.time(), seconds=60))


def test_keys_that_cannot_be_read_are_our_fault_not_the_callers(tmp_path: Path, signer: TokenSigner) -> None:
    verifier = TokenVerifier(str(tmp_path / "none.json"), ISSUER)
    with pytest.raises(IssuerAway):
        verifier.actor(signer.sign(HEAD, now=time.time(), seconds=60))
    (tmp_path / "none.json").write_text(json.dumps(signer.public_keys()))
    assert verifier.actor(signer.sign(HEAD, now=time.time(), seconds=60)) == HEAD


def test_new_keys_are_found_and_lost_files_do_not_lock_anybody_out(
    tmp_path: Path, signer: TokenSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps(signer.public_keys()))
    verifier = TokenVerifier(str(path), ISSUER)
    verifier.actor(signer.sign(HEAD, now=time.time(), seconds=60))
    other = TokenSigner(new_signing_key(), ISSUER)
    path.write_text(json.dumps({"keys": [*signer.public_keys()["keys"], *other.public_keys()["keys"]]}))  # type: ignore[misc]
    verifier._looked_at -= 60
    assert verifier.actor(other.sign(HEAD, now=time.time(), seconds=60)) == HEAD
    path.unlink()
    verifier._looked_at -= 60
    with pytest.raises(TokenInvalid):
        verifier.actor(TokenSigner(new_signing_key(), ISSUER).sign(HEAD, now=time.time(), seconds=60))
    assert verifier.actor(signer.sign(HEAD, now=time.time(), seconds=60)) == HEAD
