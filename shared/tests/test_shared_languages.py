"""The language of problems: who asks for Chinese gets it, everybody else English."""

from __future__ import annotations

import copy

import pytest
from qiantai.both import Both
from qiantai.testing.service import ServiceUnderTest
from qiantai.web.languages import language_of, spoken


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("fr, de;q=0.5", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("zh", "zh"),
        ("ZH-hans-CN", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW,en;q=0.9", "zh"),
        ("fr,zh;q=0.5", "zh"),
        ("en;q=0.2,zh;q=0.7", "zh"),
        ("zh;q=0,en;q=0.1", "en"),
        ("zh;q=x,;;,=", "en"),
    ],
)
def test_the_language_that_is_preferred(accepted: str | None, language: str) -> None:
    assert language_of(accepted) == language


def test_holes_are_filled_in_both_languages() -> None:
    what = Both("first {n}", "第 {n} 个").format(n=2)
    text = Both("{what}: {names}, {most}", "{what}：{names}，{most}").format(what=what, names=["a", what], most=3)
    assert (str(text), text.zh) == ("first 2: a, first 2, 3", "第 2 个：a、第 2 个，3")
    assert copy.deepcopy(text).zh == text.zh
    assert spoken(text, "en") == text
    assert spoken(text, "zh") == text.zh


def test_what_libraries_say_is_in_chinese() -> None:
    assert spoken("Length must be between 1 and 200.", "zh") == "长度应在 1 到 200 之间。"
    assert spoken("Must be one of: deal, no_deal.", "zh") == "请从这些值中选择：deal, no_deal。"
    assert spoken("Nobody has translated this.", "zh") == "Nobody has translated this."


def test_a_problem_speaks_the_callers_language(teller: ServiceUnderTest) -> None:
    cashier = teller.as_("cashier")
    for accepted, title, message in (
        ("zh-CN,zh;q=0.9", "有几项填写不对，请看各项的提示。", "此项必填。"),
        (None, "Some fields are not right; see errors.", "Missing data for required field."),
    ):
        headers = {"Accept-Language": accepted} if accepted else {}
        wrong = cashier.post("/api/billing/things/a", {}, headers=headers)
        assert (wrong.status_code, wrong.json["title"]) == (422, title)
        assert message in [one["message"] for one in wrong.json["errors"]]
        assert wrong.headers["Content-Language"] == ("zh" if accepted else "en")
        assert wrong.headers["Vary"] == "Accept-Language"
    unknown = cashier.get("/api/billing/things/none", headers={"Accept-Language": "zh"})
    assert (unknown.status_code, unknown.json["title"]) == (404, "没有这个代码的东西。")
    nowhere = cashier.get("/api/billing/nowhere", headers={"Accept-Language": "zh"})
    assert (nowhere.json["title"], nowhere.json["detail"]) == ("没有找到", "这个地址不存在，请检查网址。")
