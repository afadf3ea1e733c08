"""Every code that people see has a word in Chinese and English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from customer.domain import words
from customer.domain.model import IN_USE, NEXT
from device_gateway import page
from followup.domain import kinds
from followup.domain.plan import RESULTS
from triage.domain.care.stages import STAGES
from triage.domain.words import Status, VisitClass

PAGE = (
    Path(page.__file__ or "").with_name("words.js") if page.__file__ else Path(next(iter(page.__path__))) / "words.js"
)


def on_page(language: str, group: str) -> set[str]:
    """Return the codes of a group that the page has words for."""
    text = PAGE.read_text("utf-8")
    half = text[text.index(f"\n  {language}: {{") :]
    found = re.search(rf"\n    {group}: {{(.*?)}},", half, re.DOTALL)
    assert found, group
    return set(re.findall(r"(\w+): \"", found.group(1)))


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


def test_kinds_are_called_as_the_service_calls_them() -> None:
    assert {kind.code: kind.name_zh for kind in kinds.KINDS} == {code: zh for code, (zh, _) in words.KINDS.items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_a_word_for_every_code(language: str) -> None:
    assert set(VisitClass) <= on_page(language, "class")
    assert set(Status) <= on_page(language, "status")
    assert set(STAGES) - {"leaving"} <= on_page(language, "state")
    assert {f"card_{state}" for state in NEXT[IN_USE]} <= on_page(language, "reason")
