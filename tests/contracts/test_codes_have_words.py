"""Every code that people see has a word in Chinese and English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import appointment
import followup
import pytest
import triage
from appointment.usecases.arrive import CAME_FOR_OTHER
from customer.domain import words
from customer.domain.model import IN_USE, NEXT
from followup.domain import kinds, outlived
from followup.domain.moved import why_moved
from followup.domain.plan import RESULTS
from qiantai.contracts.triage import DEAL, NO_DEAL
from qiantai.money import CURRENCIES, decimals_of, shown
from triage.domain.care.stages import STAGES
from triage.domain.rotation import explain
from triage.domain.words import CLASS_NAMES, Basis, PassReason, VisitClass

BOTH = re.compile("[\u4e00-\u9fff].* / .*[a-z]")
WRITERS = {"step", "_arrive", "_about", "enter", "close"}
"""Functions that take the reason of a step of a history."""


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.CLASSES, set(VisitClass)),
        (words.STAGES, set(STAGES)),
        (words.RESULTS, set(RESULTS)),
        (words.KINDS, set(kinds.CODES)),
        (words.CARD_REASONS, set(NEXT[IN_USE])),
    ],
)
def test_the_history_has_a_word_for_every_code(table: dict[str, tuple[str, str]], codes: set[str]) -> None:
    assert codes <= set(table)
    for zh, en in table.values():
        assert re.search("[\u4e00-\u9fff]", zh)
        assert not re.search("[_\u4e00-\u9fff]", en)


def test_outcomes_have_words_in_the_history() -> None:
    assert set(words.OUTCOMES) == {DEAL, NO_DEAL}


@pytest.mark.parametrize(
    ("table", "codes"), [(explain._BASIS, Basis), (explain._REASON, PassReason), (CLASS_NAMES, VisitClass)]
)
def test_an_explanation_has_words_for_whatever_decides(table: Mapping[str, Any], codes: Iterable[str]) -> None:
    assert set(codes) == set(table)
    for zh, en in (tuple(two) for two in table.values()):
        assert re.search("[\u4e00-\u9fff]", zh)
        assert not re.search("[_\u4e00-\u9fff]", en)


@pytest.mark.parametrize(
    "folder",
    [
        Path(followup.__path__[0]) / "usecases",
        Path(followup.__path__[0]) / "domain",
        Path(appointment.__path__[0]) / "usecases",
        Path(triage.__path__[0]) / "usecases",
    ],
    ids=lambda folder: f"{folder.parent.name}/{folder.name}",
)
def test_a_reason_that_nobody_has_said_is_in_both_languages(folder: Path) -> None:
    """What a program writes into a history: `step(before, after, what, reason)`, and words in a table of reasons."""
    found = [
        argument.value
        for file in folder.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in WRITERS
        for argument in (*call.args[2:], *(one.value for one in call.keywords if one.arg == "reason"))
        if isinstance(argument, ast.Constant) and " " in str(argument.value)
    ]
    wrong = [text for text in found if not BOTH.search(str(text))]
    assert wrong == []


@pytest.mark.parametrize(
    "why",
    [
        outlived.DEALT,
        outlived.CAME_SINCE,
        outlived.WAS_HERE,
        outlived.BOOKED_SINCE,
        outlived.SLIP_CANCELLED,
        outlived.SLIP_MISSED,
        why_moved(datetime(2026, 3, 2, tzinfo=UTC), "Asia/Shanghai"),
        CAME_FOR_OTHER,
    ],
)
def test_what_happens_by_itself_says_why_in_both_languages(why: str) -> None:
    assert BOTH.search(why)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_money_has_its_own_currencys_decimals(currency: str) -> None:
    decimals = {"JPY": 0, "KWD": 3, "CNY": 2}.get(currency, decimals_of(currency))
    whole, point, rest = shown(1_234_567, currency).partition(".")
    assert (len(rest), bool(point)) == (decimals, decimals > 0)
    assert whole.startswith(f"{currency} ")


def test_kinds_are_called_as_the_service_calls_them() -> None:
    assert {kind.code: kind.name_zh for kind in kinds.KINDS} == {code: zh for code, (zh, _) in words.KINDS.items()}
