"""What is put together of parts reads as one Chinese sentence: stages, forms, sheets and policies by their words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from qiantai.errors import Refusal
from triage.domain.care.form_list import CONSENT, EXAMINATION_REQUEST
from triage.domain.care.forms import check_content
from triage.domain.care.stages import check_passage
from triage.domain.policy.reading import read_fields
from triage.domain.policy.takes import Known
from triage.domain.roster.shifts import read_sheet


def chinese(act: Callable[[], object]) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refusal) as refused:
        act()
    return refused.value.detail.zh, {field: text.zh for field, text in refused.value.fields.items()}


def test_stages() -> None:
    def passage(stage: str, to: str) -> Callable[[], object]:
        return lambda: check_passage(stage, to, department=False, came_from=None, reason="")

    assert chinese(passage("treatment", "diagnosis")) == (
        "到院在“治疗”环节，不能进入“诊断设计”。可以进入：术后护理、离院、付款。",
        {"stage": "可选：术后护理、离院、付款（退回，须填原因）。"},
    )
    assert chinese(passage("waiting", "payment"))[1] == {"stage": "请先结束咨询。"}
    assert chinese(passage("payment", "treatment_plan"))[0] == "从“付款”退回“治疗方案”要填写原因。"


def test_forms() -> None:
    _, wrong = chinese(lambda: check_content(CONSENT, {"signed": True}))
    assert wrong["content.signed_by"] == "“已签字”为“是”时必填。"
    _, wrong = chinese(lambda: check_content(EXAMINATION_REQUEST, {"examinations": ["other"], "fasting": "?"}))
    assert wrong["content.remark"] == "“检查项目”为“其他”时必填。"
    assert wrong["content.fasting"] == "请选择是或否。"


def test_sheets() -> None:
    rows = [("日期", "工号", "班次"), ("明天", "", "早班")]
    assert chinese(lambda: read_sheet(rows, date(2026, 11, 21))) == (
        "有 2 个单元格不对，没有做任何更改。",
        {
            "rows.2.day": "第 2 行“日期”列：“明天”不是日期，请按 2026-11-21 的格式填写。",
            "rows.2.staff": "第 2 行“工号”列：缺少工号，请填写名单中的工号。",
        },
    )
    assert chinese(lambda: read_sheet([("日期",)], date(2026, 11, 21)))[0].startswith("表头缺少 工号、班次；")


def test_policies() -> None:
    known = Known(people={"A"}, projects={"breast"})
    told, wrong = chinese(lambda: read_fields({"day_start": 3, "colour": 1}, known))
    assert wrong["policy.colour"] == "没有这一项，请看全部项的列表。"
    assert wrong["policy.day_start"] == "没有这个值：3；应为接着上个工作日或从第一位。"
    assert told == "；".join(f"{field}：{text}" for field, text in wrong.items())
    lanes = [
        {"name": "first_visit", "classes": ["first_visit", "repurchase", "return_visit"], "counted": True, "order": []},
        {"name": "other", "classes": ["other"], "counted": False},
    ]
    _, wrong = chinese(lambda: read_fields({"lanes": lanes, "duty": [{"start": 8}], "sources": {"vip": [[1]]}}, known))
    assert wrong["policy.lanes"] == "初诊轮排：顺序中请至少填一个人，或去掉它自己的顺序。"
    assert wrong["policy.duty"].startswith("时段要有开始、结束，以及班次或咨询医生；应为时段的列表：")
    assert wrong["policy.sources"].startswith("[1] 不是文字；应为每个来源一个咨询医生的列表")
