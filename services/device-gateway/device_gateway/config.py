"""What the gateway needs of the environment: the key that it signs with, its limits, the console."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from environs import Env, validate
from qiantai.web.tokens import TokenSigner

from device_gateway.domain.errors import NoSigningKey

_CONSOLE = Path(__file__).parents[1] / "console" / "dist"


def console_folder() -> Path:
    """Return the folder of the built console: QIANTAI_CONSOLE, or where its sources are built."""
    return Env().path("QIANTAI_CONSOLE", _CONSOLE)


def stream_limits() -> tuple[int, int]:
    """Return how many streams of one account and of one branch a process keeps open."""
    env = Env()
    return env.int("QIANTAI_STREAMS_PER_ACCOUNT", 100), env.int("QIANTAI_STREAMS_PER_BRANCH", 1000)


def locks_after() -> int:
    """Return after how many minutes without input a desk's screen locks; 0 for never."""
    return Env().int("QIANTAI_LOCK_MINUTES", 5, validate=validate.Range(min=0, max=12 * 60))


def token_signer() -> Callable[[], TokenSigner]:
    """Return a function that gives the signer of QIANTAI_SIGNING_KEY (a file with the private JWK).

    The key is read at the first use: a process that signs nothing needs none. Raises NoSigningKey.
    """
    env = Env()

    @cache
    def signer() -> TokenSigner:
        path = env.str("QIANTAI_SIGNING_KEY", "")
        if not path:
            raise NoSigningKey
        return TokenSigner(Path(path).read_text(encoding="utf-8"), env.str("QIANTAI_ISSUER", "qiantai"))

    return signer
