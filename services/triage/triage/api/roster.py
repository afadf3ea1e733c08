"""排班 and 签到/签退 over HTTP: shifts by day, as JSON, CSV and XLSX, and who is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import marshmallow as ma
from flask import Response, g, request
from qiantai.both import Both
from qiantai.web.fields import NOT_A_BRANCH, Body, BranchCode, Choice, Code, Day, Text
from qiantai.web.routes import NotABranchCode, Routes
from qiantai.web.views import Shown, list_of, many, view_of

from triage.api.queries import DayQuery, asked_day
from triage.api.sheets import FILES, FORMATS, LANGUAGES, TAKEN, download, read_table, uploaded
from triage.domain.errors import BranchNotSaid, DaysBackwards, NotADay, TooManyDays
from triage.domain.roster.sheet import Cell
from triage.domain.roster.shifts import COLUMNS, IN_CHINESE, LONGEST_NOTE, LONGEST_SHIFT, read_sheet
from triage.usecases import attendance, shifts
from triage.usecases.model import Attendance, ShiftRecord
from triage.usecases.ports import UnitOfWork
from triage.usecases.shifts import Imported

MOST_DAYS = 92

routes = Routes("roster", about="Shifts by day, and who checked in and out")


class RangeQuery(ma.Schema):
    """Days of a branch, as JSON or as a file to keep."""

    branch = BranchCode(required=True)
    first = Day(data_key="from", load_default=None)
    last = Day(data_key="to", load_default=None)
    format = Choice(*FORMATS, load_default="json")
    lang = Choice(*LANGUAGES, load_default="zh")


class ImportQuery(ma.Schema):
    """Where the sheet belongs; with `preview` nothing is changed. The branch may also be a field of the form."""

    branch = BranchCode(load_default=None)
    preview = ma.fields.Boolean(load_default=False)


class ShiftBody(Body):
    """One person's shift on one day: early, late, full … or off, leave (早班, 晚班, 全天, 休息, 请假)."""

    shift = Text(LONGEST_SHIFT, required=True)
    note = Text(LONGEST_NOTE, shortest=0, load_default="")


ShiftView = view_of(ShiftRecord, more={"name": str}, about="One person's shift on one day.", name="ShiftView")
ShiftChangeView = view_of(
    ShiftRecord,
    without=("branch", "written_by", "written_at"),
    more={"row": int, "name": str, "shift_before": str | None, "note_before": str | None},
    about="What one row of a sheet changes; before is null where the shift is new.",
    name="ShiftChangeView",
)
ImportedView = view_of(
    Imported,
    also=("added", "changed"),
    more={"changes": many(ShiftChangeView)},
    about="What a sheet changed, or with `preview` would change; `followed` are running days brought in line.",
)


class WhoBody(Body):
    """Who checks in or out."""

    branch = BranchCode(required=True)
    staff = Code(required=True)


OneAttendanceView = view_of(
    Attendance,
    more={"name": str},
    about="签到/签退 of one person on one day; out is null while they are here.",
    name="OneAttendanceView",
)


def days_of(query: Mapping[str, Any], first: date, last: date) -> tuple[date, date]:
    """Return the days of a range query, these where none are given. Raises DaysBackwards, TooManyDays."""
    first = query["first"] or first
    last = query["last"] or max(first, last)
    if last < first:
        raise DaysBackwards(
            fields={
                "to": Both("before {first}; give a later day", "早于 {first}，请选择更晚的日期。").format(first=first)
            }
        )
    if (last - first).days >= MOST_DAYS:
        raise TooManyDays(
            fields={"to": Both("ask for at most {most} days at once", "一次最多查 {most} 天。").format(most=MOST_DAYS)}
        )
    return first, last


@routes.read("/shifts", may="roster.read", query=RangeQuery, returns=list_of(ShiftView), also=FILES)
def shifts_between(uow: UnitOfWork, query: dict[str, Any]) -> Response | dict[str, Any]:
    """Return the shifts of some days, by default the next 31; a CSV or XLSX file of them can be imported again."""
    branch = query["branch"]
    today = uow.days.today(branch, uow.now)
    first, last = days_of(query, today, (query["first"] or today) + timedelta(days=30))
    items = [_shown(one, uow) for one in uow.shifts.between(branch, first, last)]
    if query["format"] == "json":
        return {"items": items}
    name = f"shifts-{branch}-{first}-{last}"
    return download(_table(items, query["lang"]), name=name, kind=query["format"])


@routes.write(
    "PUT", "/shifts/<branch:branch>/<code:day>/<code:staff>", may="roster.edit", body=ShiftBody, returns=ShiftView
)
def put_shift(uow: UnitOfWork, branch: str, day: str, staff: str, body: dict[str, Any]) -> Shown:
    """Set one person's shift on one day, a running day follows at once; the first one lists the standing roster too."""
    return _shown(shifts.put_shift(branch, _day(day), staff, **body, uow=uow), uow)


@routes.write("DELETE", "/shifts/<branch:branch>/<code:day>/<code:staff>", may="roster.edit", status=204)
def remove_shift(uow: UnitOfWork, branch: str, day: str, staff: str) -> None:
    """Take one person's shift of a day away; a day without any works by the standing roster."""
    shifts.remove_shift(branch, _day(day), staff, uow)


@routes.write("POST", "/shifts/import", may="roster.edit", query=ImportQuery, file=TAKEN, returns=ImportedView)
def import_shifts(uow: UnitOfWork, query: dict[str, Any]) -> Shown:
    """Import shifts from a CSV or XLSX file, all of them or none; rows that are not right are named."""
    branch = _branch(query)
    sheet = read_sheet(read_table(uploaded()), uow.days.today(branch, uow.now))
    done = shifts.import_shifts(branch, sheet, uow, preview=query["preview"])
    return Shown(done, changes=[_change(one) for one in done.changes])


@routes.write("POST", "/attendance/check-in", may="attendance.note", body=WhoBody, returns=OneAttendanceView)
def check_in(uow: UnitOfWork, body: dict[str, Any]) -> Shown:
    """签到: for oneself; for others the reception or a supervisor does it. Twice is once."""
    return _named(attendance.check_in(body["branch"], body["staff"], uow), uow)


@routes.write("POST", "/attendance/check-out", may="attendance.note", body=WhoBody, returns=OneAttendanceView)
def check_out(uow: UnitOfWork, body: dict[str, Any]) -> Shown:
    """签退: off from now on; refused while a visitor is there. Twice is once."""
    return _named(attendance.check_out(body["branch"], body["staff"], uow), uow)


@routes.read("/attendance", may="roster.read", query=DayQuery, returns=list_of(OneAttendanceView))
def attendance_of(uow: UnitOfWork, query: dict[str, Any]) -> dict[str, Any]:
    """Return who checked in on a day, in that order."""
    day = asked_day(query, uow)
    return {"items": [_named(one, uow) for one in uow.attendance.of_day(query["branch"], day)]}


def _branch(query: Mapping[str, Any]) -> str:
    """Return the branch of the query or of the form, where the actor works."""
    in_form = request.form.get("branch") if request.mimetype == "multipart/form-data" else None
    given = {one for one in (query["branch"], in_form) if one}
    if len(given) != 1:
        raise BranchNotSaid(
            fields={"branch": Both("give it in the query or in the form", "请在网址参数或表单中填写一次。")}
        )
    try:
        branch = str(BranchCode().deserialize(given.pop()))
    except ma.ValidationError:
        raise NotABranchCode(fields={"branch": NOT_A_BRANCH}) from None
    g.actor.must_work_in(branch)
    return branch


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(fields={"day": Both("write it like 2026-11-21", "请按 2026-11-21 的格式填写。")}) from None


def _shown(one: ShiftRecord, uow: UnitOfWork) -> Shown:
    return Shown(one, name=uow.roster.names(one.branch).person(one.staff))


def _named(one: Attendance, uow: UnitOfWork) -> Shown:
    return Shown(one, name=uow.roster.names(one.branch).person(one.staff))


def _change(one: shifts.ShiftDiffers) -> Shown:
    return Shown(
        one.after,
        row=one.row,
        name=one.name,
        shift_before=one.before.shift if one.before else None,
        note_before=one.before.note if one.before else None,
    )


def _table(items: Sequence[Shown], lang: str) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet, header first, as `read_sheet` reads them."""
    chinese = lang == "zh"
    yield [called[0 if chinese else 1] for called in COLUMNS.values()]
    for one in items:
        shift = IN_CHINESE.get(one.shift, one.shift) if chinese else one.shift
        yield [one.day, one.staff, one.name, shift, one.note]
