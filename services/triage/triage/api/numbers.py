"""The numbers that a supervisor reads, and the ledger, as JSON, CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import marshmallow as ma
from flask import Response
from qiantai.web.fields import Choice, Code, Day
from qiantai.web.routes import Routes
from qiantai.web.views import View, many, nested, view_of

from triage.api.queries import DayQuery
from triage.api.roster import RangeQuery, days_of
from triage.api.sheets import FILES, FORMATS, LANGUAGES, download
from triage.domain.figures.fairness import Fairness
from triage.domain.figures.numbers import AT_THE_END, BASES, COUNTED
from triage.domain.roster.sheet import Cell
from triage.domain.rotation.explain import basis_words
from triage.domain.words import Basis
from triage.usecases.ledger import ExplainedEntry
from triage.usecases.numbers import BY, Report, report
from triage.usecases.ports import UnitOfWork

routes = Routes("numbers", about="What a supervisor reads: turns, credits, first visits, waiting times, fairness")

_ZH = 0
_EN = 1
MEASURES: Mapping[str, tuple[str, str]] = {
    "arrivals": ("到院", "arrivals"),
    "first_visits": ("初诊量", "first visits"),
    "turns": ("轮排接诊", "turns"),
    "credits_granted": ("补派产生", "credits granted"),
    "credits_redeemed": ("补派兑现", "credits redeemed"),
    "credits_open": ("补派未结", "credits open"),
    "deals": ("成交", "deals"),
    "no_deals": ("未成交", "no deals"),
    "conversion": ("成交率", "conversion"),
    "waits": ("等待次数", "waits"),
    "wait_median_seconds": ("等待中位数(秒)", "median wait (s)"),
    "wait_p95_seconds": ("等待P95(秒)", "p95 wait (s)"),
    "swaps_owed": ("换单欠", "swaps owed"),
    "swaps_paid": ("换单还", "swaps paid"),
    "swaps_open": ("换单未结", "swaps open"),
    "voids": ("分诊作废", "voids"),
    "supervisor_words": ("主管指派", "supervisor's word"),
    "class_overrides": ("分类变更", "class overrides"),
    "on_duty_seconds": ("在岗(秒)", "on duty (s)"),
}
_HEADS: Mapping[str, tuple[str, str]] = {"name": ("姓名", "name"), **MEASURES}
_KEYS: Mapping[str, tuple[str, str]] = {
    "day": ("日期", "day"),
    "month": ("月份", "month"),
    "consultant": ("工号", "staff"),
}
_TOTAL = ("合计", "total")
_NOBODY = ("(非咨询)", "(no consultant)")
_FAIRNESS = (("公平差", "fairness: difference"), ("最多", "most"), ("最少", "least"))
_LEDGER = (
    ("序号", "entry"),
    ("时间", "time"),
    ("事件", "event"),
    ("接诊单", "visit"),
    ("去向", "to"),
    ("依据", "basis"),
    ("计初诊量", "counted"),
    ("规则", "rules"),
    ("说明", "explanation"),
    ("操作人", "by"),
    ("原因", "reason"),
    ("哈希", "hash"),
)


class NumbersQuery(RangeQuery):
    """Days of a branch, by default this month; by day, month or consultant, of one consultant where one is named."""

    by = Choice(*BY, load_default="day")
    consultant = Code(load_default=None)


class LedgerQuery(DayQuery):
    """A branch day (today without `day`), as JSON or as a file to keep."""

    format = Choice(*FORMATS, load_default="json")
    lang = Choice(*LANGUAGES, load_default="zh")


FairnessView = view_of(Fairness, more={"days": ma.fields.List(Day(), required=True)})


def _row_view() -> type[ma.Schema]:
    whole = dict.fromkeys((*COUNTED, *AT_THE_END, "waits"))
    fields: dict[str, Any] = {name: ma.fields.Integer(required=True) for name in whole}
    for name in ("wait_median_seconds", "wait_p95_seconds"):
        fields[name] = ma.fields.Integer(required=True, allow_none=True)
    return View.from_dict(
        {
            "key": ma.fields.String(required=True, allow_none=True),
            "name": ma.fields.String(required=True),
            **fields,
            "conversion": ma.fields.Float(required=True, allow_none=True),
            "assignments": ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True),
            "fairness": ma.fields.Nested(FairnessView, required=True, allow_none=True),
        },
        name="NumbersRowView",
    )


RowView = _row_view()
"""Numbers of one day, month or consultant; key null is what went to no consultant. Fairness is not by consultant."""


NumbersView = view_of(
    Report,
    more={
        "first": Day(data_key="from", required=True),
        "last": Day(data_key="to", required=True),
        "rows": many(RowView),
        "total": nested(RowView),
    },
    about="The numbers of some days of a branch.",
    name="NumbersView",
)


@routes.read("/numbers", may="numbers.read", query=NumbersQuery, returns=NumbersView, also=FILES)
def numbers(uow: UnitOfWork, query: dict[str, Any]) -> Response | Report:
    """Return turns, credits, first visits, deals, waiting times, swaps, voids, overrides and the fairness figure."""
    branch, by = query["branch"], query["by"]
    today = uow.days.today(branch, uow.now)
    first, last = days_of(query, today.replace(day=1), today)
    found = report(branch, first, last, by, uow, consultant=query["consultant"])
    if query["format"] == "json":
        return found
    name = f"numbers-{branch}-{first}-{last}-by-{by}"
    return download(_table(found, _ZH if query["lang"] == "zh" else _EN), name=name, kind=query["format"])


def ledger_file(query: Mapping[str, Any], day: object, lines: Sequence[ExplainedEntry]) -> Response:
    """Return a day's ledger as a file: one line per decision, explained."""
    lang = _ZH if query["lang"] == "zh" else _EN
    return download(_ledger_table(lines, lang), name=f"ledger-{query['branch']}-{day}", kind=query["format"])


def _table(found: Report, lang: int) -> Iterator[list[Cell]]:
    bases = [basis_words(basis) for basis in BASES]
    yield [
        _KEYS[found.by][lang],
        *(head[lang] for head in _HEADS.values()),
        *((words.zh, words.en)[lang] for words in bases),
        *(head[lang] for head in _FAIRNESS),
    ]
    for row in found.rows:
        yield _line(row, row["key"] or _NOBODY[lang])
    yield _line(found.total, _TOTAL[lang])


def _line(row: Mapping[str, Any], key: str) -> list[Cell]:
    fair = row["fairness"] or {}
    return [
        key,
        *(row[name] for name in _HEADS),
        *(row["assignments"][str(basis)] for basis in BASES),
        *(fair.get(name) for name in ("difference", "most", "least")),
    ]


def _ledger_table(lines: Sequence[ExplainedEntry], lang: int) -> Iterator[list[Cell]]:
    yield [head[lang] for head in _LEDGER]
    yes_no = (("否", "no"), ("是", "yes"))
    for line in lines:
        event = line.event
        for decision, zh, en in zip(line.decisions, line.why_zh, line.why_en, strict=True):
            words = basis_words(Basis(decision["basis"]))
            yield [
                line.seq,
                decision["at"],
                event["type"],
                decision["visit"],
                decision["to"],
                (words.zh, words.en)[lang],
                yes_no[decision.get("counted", False)][lang],
                " ".join(decision["rules"]),
                (zh, en)[lang],
                event.get("by"),
                event.get("reason"),
                line.hash,
            ]
