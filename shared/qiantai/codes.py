"""What short codes that people choose look like, and what no text holds: for URLs, bodies, files and envelopes."""

from __future__ import annotations

from qiantai.both import Both
from qiantai.errors import Conflict, Refusal

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}"
"""Staff, projects, products, devices: letters, digits, dots, dashes and underscores, at most 60."""
BRANCH = r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}"
"""Branches: the same without dots, because a branch is one word of a routing key."""
CONTROL = "[\\x00-\\x08\\x0b-\\x1f\\x7f\\ud800-\\udfff]"
"""What PostgreSQL cannot keep or nobody can see; tab and newline are fine."""
RESERVED = frozenset(
    {"chain", "all", "any", "none", "null", "nil", "undefined", "true", "false", "anonymous", "system", "service"}
)
"""Words that mean something else wherever a code may stand."""

MEANS_ELSE = Both("{code} means something else; take another one", "{code} 另有含义，请换一个。")
_THERE_IS = Both("there is {found}", "已有 {found}。")


class CodeReserved(Refusal):
    """This word cannot be a code; take another one."""

    zh = "这个词不能用作代码，请换一个。"


class CodeTaken(Conflict):
    """Another one has this code with other capital letters; take that one, or another code."""

    zh = "已有一个只是大小写不同的代码，请用那一个，或换一个代码。"


def refuse_reserved(code: str, *, field: str = "code") -> None:
    """Refuse a code that means something else, in whatever case. Raises CodeReserved."""
    if code.casefold() in RESERVED:
        raise CodeReserved(fields={field: MEANS_ELSE.format(code=code)})


def refuse_twin(code: str, found: str | None, *, field: str = "code") -> None:
    """Refuse a new code that another one has with other capital letters. Raises CodeTaken."""
    if found is not None and found != code:
        raise CodeTaken(fields={field: _THERE_IS.format(found=found)}, facts={"code": found})
