"""Every problem speaks Chinese to whoever reads it: refusals, fields, and what libraries say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from qiantai.web.languages import HTTP, LIBRARY, OTHER

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")


def sources() -> Iterator[tuple[str, ast.AST]]:
    rooms = [*ROOT.glob("services/*/*/"), ROOT / "shared" / "qiantai"]
    for file in sorted({file for room in rooms if room.name != "tests" for file in room.rglob("*.py")}):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call | ast.ClassDef):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def calls() -> Iterator[tuple[str, ast.Call]]:
    return ((where, node) for where, node in sources() if isinstance(node, ast.Call))


def refusals() -> dict[str, ast.ClassDef]:
    classes = {where: node for where, node in sources() if isinstance(node, ast.ClassDef)}
    family = {"Refusal"}
    while (
        more := {node.name for node in classes.values() if {getattr(base, "id", "") for base in node.bases} & family}
        - family
    ):
        family |= more
    return {where: node for where, node in classes.items() if node.name in family and node.bases}


def chinese_of(node: ast.ClassDef) -> str:
    for line in node.body:
        if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "zh":
            return str(getattr(line.value, "value", ""))
    return ""


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def holes_in(text: str) -> set[str]:
    return {hole for _, hole, _, _ in Formatter().parse(text) if hole is not None}


def test_every_refusal_has_a_chinese_title() -> None:
    found = {f"{where} {node.name}": chinese_of(node) for where, node in refusals().items() if node.name != "Refusal"}
    assert len(found) > 100
    assert [name for name, chinese in found.items() if not CHINESE.search(chinese)] == []


def test_every_text_is_in_both_languages_with_the_same_holes() -> None:
    texts = 0
    for where, call in calls():
        if name_of(call) != "Both" or len(call.args) < 2 or where.startswith("shared/qiantai/both.py"):
            continue
        english, chinese = (getattr(argument, "value", None) for argument in call.args)
        if not isinstance(english, str) and not isinstance(chinese, str):
            continue  # what a library says; the table has its Chinese
        texts += 1
        assert isinstance(chinese, str), f"{where}: write the Chinese as it is"
        assert CHINESE.search(chinese), f"{where}: {chinese}"
        if isinstance(english, str):
            assert re.search("[A-Za-z]", english), where
            assert holes_in(english) == holes_in(chinese), where
    assert texts > 20


def test_the_tables_of_libraries_are_in_chinese() -> None:
    for english, chinese in LIBRARY.items():
        assert CHINESE.search(chinese), english
        assert holes_in(english) == holes_in(chinese), english
    assert all(CHINESE.search(text) for texts in (*HTTP.values(), OTHER) for text in texts)
