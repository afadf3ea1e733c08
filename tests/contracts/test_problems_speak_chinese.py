"""Every problem speaks Chinese to whoever reads it: refusals, fields, and what libraries say."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from embedded.services import all_services
from qiantai import permissions
from qiantai.application.openapi import document
from qiantai.service import Service
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.languages import HTTP, LIBRARY, OTHER
from werkzeug.test import TestResponse

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile(r"[a-z]{2,} [a-z]+ [a-z]{2,}")
AN_ID = "0190b1b0-0000-7000-8000-000000000000"
WRONG: tuple[object, ...] = ({}, 3, -1, None, "", "\x01", "長" * 5000, [{}])
"""What is put into every field of a body."""
TEXTS = {"ValidationError": 0, "NotOurJson": 0, "Exactly": 1}
"""Which argument of these people read."""


def services() -> list[Any]:
    return [pytest.param(service, id=service.name) for service in all_services()]


@cache
def sources() -> list[tuple[str, ast.AST]]:
    rooms = [*ROOT.glob("services/*/*/"), ROOT / "shared" / "qiantai"]
    files = sorted({file for room in rooms if room.name != "tests" for file in room.rglob("*.py")})
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno}", node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.ClassDef | ast.Assign)
    ]


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
    return str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))


def english_of(call: ast.Call) -> str:
    return str(getattr(call.args[0], "value", "")) if call.args else ""


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
        assert CHINESE.search(chinese) or not re.search("[A-Za-z]", re.sub("{.*?}", "", chinese)), f"{where}: {chinese}"
        if isinstance(english, str):
            assert holes_in(english) == holes_in(chinese), where
    assert texts > 20


def test_every_hole_is_filled_where_a_text_is_used() -> None:
    """A hole that nobody fills would be a fault of ours in the middle of a refusal."""
    texts = {id(call): (where, english_of(call)) for where, call in calls() if name_of(call) == "Both"}
    named: dict[str, list[set[str]]] = {}
    kept: set[int] = set()
    for node in (node for _, node in sources() if isinstance(node, ast.Assign) and id(node.value) in texts):
        kept.add(id(node.value))
        if (name := getattr(node.targets[0], "id", "")).isupper():
            named.setdefault(name, []).append(holes_in(texts[id(node.value)][1]))
    filled: dict[str, list[set[str]]] = {}
    for where, call in calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            filled.setdefault(where.rpartition(":")[0], []).append({str(one.arg) for one in call.keywords})
            text, given = call.func.value, {one.arg for one in call.keywords}
            kept.add(id(text))
            wanted = (
                [holes_in(texts[id(text)][1])] if id(text) in texts else named.get(getattr(text, "id", ""), [given])
            )
            assert given in wanted, where
    left = [(where, holes_in(text)) for one, (where, text) in texts.items() if holes_in(text) and one not in kept]
    # texts of a table are filled by whoever takes one out of it, in the same file
    assert [where for where, holes in left if holes not in filled.get(where.rpartition(":")[0], [])] == []


def test_the_tables_of_libraries_are_in_chinese() -> None:
    for english, chinese in LIBRARY.items():
        assert CHINESE.search(chinese), english
        assert holes_in(english) == holes_in(chinese), english
    assert all(CHINESE.search(text) for texts in (*HTTP.values(), OTHER) for text in texts)


def test_nobody_refuses_in_one_language_only() -> None:
    """mypy sees to refusals; these take any text."""
    plain = [
        where
        for where, call in calls()
        if not where.startswith(("shared/qiantai/wire/", "shared/qiantai/settings.py", "shared/qiantai/testing/"))
        for text in (
            *(call.args[TEXTS[name_of(call)] :][:1] if name_of(call) in TEXTS else ()),
            *(one.value for one in call.keywords if one.arg == "description" and name_of(call) == "abort"),
            *(one.value for one in call.keywords if one.arg == "error" and "validate" in ast.dump(call.func)),
        )
        if isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and " " in str(text.value))
    ]
    assert plain == []


@pytest.mark.parametrize("service", services())
def test_an_empty_and_a_wrong_body_are_refused_in_chinese(
    service: Service, under_test: Callable[[Service], ServiceUnderTest]
) -> None:
    under = under_test(service)
    asked = 0
    made = document(service)
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            if method not in ("post", "put", "patch", "get") or "x-action" not in operation:
                continue
            desk = under.as_(_role_for(operation["x-action"]))
            address = re.sub(r"{[^}]*}", AN_ID, path)
            for answer in _answers(desk.request, method.upper(), address, operation, made):
                asked += 1
                if answer.status_code >= 400:
                    _must_be_chinese(answer)
    assert asked > 50


def test_what_is_no_json_is_refused_in_chinese(under_test: Callable[[Service], ServiceUnderTest]) -> None:
    [service] = [one for one in all_services() if one.name == "followup"]
    desk = under_test(service).as_("head_office")
    bodies = ("", "{", '{"a": 1, "a": 2}', "[" * 50, '{"a": NaN}', '{"a": 1%s}' % ("0" * 40), "\xff")
    for body, kind in [*((body, "application/json") for body in bodies), ("<a/>", "text/xml")]:
        answer = desk.request(
            "POST",
            "/api/followups/plans",
            headers={"Accept-Language": "zh"},
            data=body.encode("latin-1"),
            content_type=kind,
        )
        assert answer.status_code in (400, 415, 422), body
        _must_be_chinese(answer)


def _role_for(action: str) -> str:
    return next((role for role, actions in permissions.ROLES.items() if action in actions), "head_office")


def _answers(
    request: Callable[..., TestResponse], method: str, address: str, operation: dict[str, Any], made: dict[str, Any]
) -> Iterator[TestResponse]:
    headers = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5", "If-Match": '"1"'}
    if method == "GET":
        names = [one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query"]
        for asked in ("", "?", "-1", "x" * 500):
            yield request(method, address, headers=headers, query_string=dict.fromkeys(names, asked))
        yield request(method, address, headers=headers, query_string={"no_such": "1"})
        return
    yield request(method, address, headers={"Accept-Language": "zh"}, json={})
    names = _fields(operation, made)
    yield request(method, address, headers=headers, json={**dict.fromkeys(names), "no_such": 1})
    for wrong in WRONG:
        yield request(method, address, headers=headers, json=dict.fromkeys(names, wrong))


def _fields(operation: dict[str, Any], made: dict[str, Any]) -> list[str]:
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(made["components"]["schemas"].get(name, schema).get("properties", ()))


def _must_be_chinese(answer: TestResponse) -> None:
    assert answer.headers["Content-Language"] == "zh", answer.request.path
    assert "Accept-Language" in answer.headers["Vary"]
    told: Any = answer.json
    texts = [told["title"], *filter(None, [told.get("detail")]), *(one["message"] for one in told.get("errors", ()))]
    for text in texts:
        assert CHINESE.search(text), (answer.request.path, told)
        assert not SENTENCE.search(text), (answer.request.path, told)
