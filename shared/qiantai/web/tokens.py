"""Tokens: EdDSA-signed JWTs, checked by every service with the issuer's public keys."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from qiantai.actors import Actor
from qiantai.errors import Refusal, Unauthenticated
from qiantai.logs import log
from qiantai.sessions import Session

AUDIENCE = "qiantai"
_ALGORITHMS = ["Ed25519", "ES256", "RS256"]  # EdDSA under its own name (RFC 9864); the others for OIDC issuers
_KEYS_AGAIN_SECONDS = 30.0


class TokenInvalid(Unauthenticated):
    """Your sign-in is not valid or has expired; sign in again."""

    zh = "登录无效或已过期，请重新登录。"


class IssuerAway(Refusal):
    """Sign-ins cannot be checked at the moment; try again soon."""

    zh = "暂时无法核对登录，请稍后再试。"
    status: ClassVar[int] = 503


class TokenVerifier:
    """Checks tokens against a key set from a file or a URL; looks again when a key is unknown."""

    def __init__(self, jwks: str, issuer: str) -> None:
        self._where = jwks
        self._claims = jwt.JWTClaimsRegistry(
            leeway=5,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": AUDIENCE},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._looked_at = 0.0
        self._lock = threading.Lock()

    def actor(self, token: str) -> Actor:
        """Return who the token speaks for. Raises TokenInvalid."""
        return self.session(token).actor

    def session(self, token: str) -> Session:
        """Return the session that the token belongs to. Raises TokenInvalid."""
        try:
            claims = self._decode(token)
            self._claims.validate(claims)
            generation, id_ = claims.get("gen"), claims.get("sid")
            return Session(
                actor=Actor(
                    id=str(claims["sub"]),
                    name=str(claims.get("name", claims["sub"])),
                    roles=_words(claims.get("roles")),
                    branches=_words(claims.get("branches")),
                ),
                began=_number(claims.get("auth_time", claims.get("iat", 0))),
                expires=_number(claims["exp"]),
                id=None if id_ is None else str(id_),
                generation=None if generation is None else int(_number(generation)),
            )
        except (JoseError, ValueError, TypeError, KeyError, UnicodeError) as error:
            raise TokenInvalid from error

    def _decode(self, token: str) -> dict[str, object]:
        try:
            return dict(jwt.decode(token, self._key_set(), algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError):
            if time.monotonic() - self._looked_at < _KEYS_AGAIN_SECONDS:
                raise
            return dict(jwt.decode(token, self._key_set(again=True), algorithms=_ALGORITHMS).claims)

    def _key_set(self, *, again: bool = False) -> KeySet:
        with self._lock:
            if self._keys is None or again:
                self._looked_at = time.monotonic()  # also when it fails: not every caller asks a lost issuer
                try:
                    self._keys = KeySet.import_key_set(json.loads(self._load()))
                except OSError as error:
                    log.warning("issuer_keys_unreadable", where=self._where, error=repr(error)[:300])
                    if self._keys is None:
                        raise IssuerAway from error
            return self._keys

    def _load(self) -> str:
        if self._where.startswith(("http://", "https://")):
            with urllib.request.urlopen(self._where, timeout=5) as answer:  # noqa: S310 - the configured issuer
                return str(answer.read().decode())
        return Path(self._where).read_text(encoding="utf-8")


def _words(claim: object) -> frozenset[str]:
    """Return a claim that is a list of words; anything else gives no right."""
    return frozenset(str(word) for word in claim) if isinstance(claim, list) else frozenset()


def _number(claim: object) -> float:
    """Return a claim that is a number. Raises TypeError."""
    if not isinstance(claim, int | float):
        raise TypeError
    return claim


class TokenSigner:
    """Signs tokens with a private Ed25519 key."""

    def __init__(self, private_jwk: str, issuer: str) -> None:
        self._key = OKPKey.import_key(json.loads(private_jwk))
        self._issuer = issuer

    def sign(self, actor: Actor, *, now: float, seconds: int, session: Mapping[str, object] | None = None) -> str:
        """Return a token for the actor, valid for `seconds`; `session` holds `auth_time`, `sid` and `gen`."""
        claims = {
            **(session or {}),
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": actor.id,
            "name": actor.name,
            "roles": sorted(actor.roles),
            "branches": sorted(actor.branches),
            "iat": int(now),
            "exp": int(now) + seconds,
        }
        return jwt.encode({"alg": "Ed25519", "kid": self._key.kid}, claims, self._key, algorithms=_ALGORITHMS)

    def seal(self, audience: str, claims: Mapping[str, object], *, now: float, seconds: int) -> str:
        """Return claims that only this issuer can have written, for another use than signing in."""
        whole = {**claims, "iss": self._issuer, "aud": audience, "exp": int(now) + seconds}
        return jwt.encode({"alg": "Ed25519", "kid": self._key.kid}, whole, self._key, algorithms=_ALGORITHMS)

    def opened(self, audience: str, sealed: str, *, now: float) -> Mapping[str, object]:
        """Return the claims that were sealed for this use; none of what is foreign, changed or too old."""
        try:
            claims = dict(jwt.decode(sealed, self._key, algorithms=_ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError, UnicodeError):
            return {}
        good = claims.get("iss") == self._issuer and claims.get("aud") == audience and _number(claims["exp"]) > now
        return claims if good else {}

    def public_keys(self) -> dict[str, object]:
        """Return the JWKS that others check with."""
        return {"keys": [dict(self._key.as_dict(private=False))]}


def new_signing_key() -> str:
    """Return a fresh private key as JSON."""
    return json.dumps(OKPKey.generate_key("Ed25519", auto_kid=True).as_dict(private=True))
