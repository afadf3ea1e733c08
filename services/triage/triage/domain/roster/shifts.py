"""排班: shifts by day. What a sheet says, and who works on a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qiantai import codes
from qiantai.both import Both

from triage.domain.errors import WrongRows
from triage.domain.model import Consultant
from triage.domain.plain import shown
from triage.domain.roster.sheet import Row, refuse
from triage.domain.words import ConsultantId, Shift, Status

OFF = "off"
LEAVE = "leave"
NOT_WORKING: Mapping[Shift, Status] = {OFF: Status.OFF, LEAVE: Status.LEAVE}

LONGEST_SHIFT = 20
LONGEST_NOTE = 200
LONGEST_CODE = 60
DAYS_AHEAD = 366
"""A day further away than this is a slip of the pen."""
_TOLD = 50
_SHOWN = 40

_WORDS: Mapping[str, Shift] = {
    **dict.fromkeys(("early", "早", "早班"), "early"),
    **dict.fromkeys(("late", "晚", "晚班"), "late"),
    **dict.fromkeys(("full", "全", "全班", "全天", "通班"), "full"),
    **dict.fromkeys(("day", "日班", "白班", "正常班"), "day"),
    **dict.fromkeys((OFF, "休", "休息", "轮休", "排休"), OFF),
    **dict.fromkeys((LEAVE, "假", "请假", "休假"), LEAVE),
}
IN_CHINESE: Mapping[Shift, str] = {
    "early": "早班",
    "late": "晚班",
    "full": "全天",
    "day": "日班",
    OFF: "休息",
    LEAVE: "请假",
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("日期", "date", "day"),
    "staff": ("工号", "staff", "staff code", "员工号"),
    "name": ("姓名", "name"),
    "shift": ("班次", "shift"),
    "note": ("备注", "note", "remark"),
}
"""The columns of a sheet by what they are called, in Chinese and English; the first two are how we write them."""
_NEEDED = ("day", "staff", "shift")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]\s*00:00(?::00)?)?|(\d{4})(\d\d)(\d\d)"
)
_TEXTS: Mapping[str, tuple[int, Both | None, Both]] = {
    "staff": (
        LONGEST_CODE,
        Both("the staff code is missing; write the one of the roster.", "缺少工号，请填写名单中的工号。"),
        Both(
            "a staff code has at most {most} characters; write the one of the roster.",
            "工号最多 {most} 个字符，请填写名单中的工号。",
        ).format(most=LONGEST_CODE),
    ),
    "shift": (
        LONGEST_SHIFT,
        Both(
            "the shift is missing; write early, late, full … or off, leave (早班, 晚班, 全天, 休息, 请假).",
            "缺少班次，请填写早班、晚班、全天、休息或请假。",
        ),
        Both(
            "a shift has at most {most} characters; put the rest into the note.",
            "班次最多 {most} 个字符，其余请写在备注里。",
        ).format(most=LONGEST_SHIFT),
    ),
    "note": (
        LONGEST_NOTE,
        None,
        Both("a note has at most {most} characters; shorten it.", "备注最多 {most} 个字符，请缩短。").format(
            most=LONGEST_NOTE
        ),
    ),
}
"""By column: how long a text may be, what to do where it is missing, and where it is too long."""
_CONTROL = re.compile(codes.CONTROL)
_FIRST = date(2000, 1, 1)

_EMPTY = Both(
    "The file is empty; the first row names the columns 日期/date, 工号/staff, 班次/shift.",
    "文件是空的；第一行请写列名：日期、工号、班次。",
)
_CELL = Both("Row {row}, column {column}: {what}", "第 {row} 行“{column}”列：{what}")
_ONE_WRONG = Both("{wrong} cell is not right; nothing was changed.", "有 {wrong} 个单元格不对，没有做任何更改。")
_MANY_WRONG = Both("{wrong} cells are not right; nothing was changed.", "有 {wrong} 个单元格不对，没有做任何更改。")
_VERY_MANY_WRONG = Both(
    "{wrong} cells are not right; nothing was changed. The first {listed} are listed.",
    "有 {wrong} 个单元格不对，没有做任何更改；这里列出前 {listed} 个。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a sheet that could be read: who works which shift on which day; `name` only checks `staff`."""

    row: int
    day: date
    staff: ConsultantId
    shift: Shift
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that was read as a whole, and the columns that were not looked at."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong in one cell and what to do."""

    row: int
    column: str
    what: Both


def normal_shift(text: str) -> Shift:
    """Return the shift's own word for the usual Chinese and English ones; any other stays as it is."""
    return _WORDS.get(text.lower(), text)


def day_of(text: str) -> date | None:
    """Return the day that 2026-11-21, 2026/11/21, 2026.11.21, 20261121 or 2026年11月21日 says."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def far_away(day: date, today: date) -> bool:
    """Say whether nobody can mean this day."""
    return not _FIRST <= day <= today + timedelta(days=DAYS_AHEAD)


def read_sheet(rows: Sequence[Row], today: date) -> Sheet:
    """Return the shifts that the rows say, by the header in their first row that is not empty.

    Raises UnreadableFile without such a header, WrongRows naming every cell that is wrong.
    """
    header = next((place for place, row in enumerate(rows) if any(row)), None)
    if header is None:
        raise refuse(_EMPTY)
    places, ignored = _columns(rows[header])
    lines: list[Line] = []
    wrong: list[Wrong] = []
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if any(row):
            cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
            faults = list(_faults(number, cells, today))
            wrong += faults
            if not faults:
                lines.append(_line(number, cells))
    wrong += _twice(lines)
    if wrong:
        raise wrong_rows(wrong)
    if not lines:
        raise refuse(
            Both(
                "Below the header there are no rows; add one row for each person and day.",
                "表头下面没有内容，请每人每天写一行。",
            )
        )
    return Sheet(lines=tuple(lines), ignored=ignored)


def wrong_rows(wrong: Sequence[Wrong]) -> WrongRows:
    """Return the refusal that names the cells, at most the first fifty."""
    ordered = sorted(wrong, key=lambda one: one.row)
    fields: dict[str, Both] = {}
    for one in ordered[:_TOLD]:
        fields[f"rows.{one.row}.{one.column}"] = _CELL.format(row=one.row, column=_label(one.column), what=one.what)
    told = _ONE_WRONG if len(ordered) == 1 else _MANY_WRONG if len(ordered) <= _TOLD else _VERY_MANY_WRONG
    return WrongRows(
        told.format(wrong=len(ordered), listed=_TOLD),
        fields=fields,
        facts={"wrong": len(ordered), "rows": sorted({one.row for one in ordered})[:_TOLD]},
    )


def working(standing: Sequence[Consultant], shifts: Mapping[ConsultantId, Shift]) -> list[Consultant]:
    """Return who works on a day, best first, with the day's own shift.

    `standing` holds the active ones of the standing roster, best first. Without
    any shifts for the day they all work; with shifts only whoever is listed with
    one that is neither off nor leave.
    """
    if not shifts:
        return list(standing)
    return [with_shift(one, shifts) for one in standing if shifts.get(one.id, OFF) not in NOT_WORKING]


def with_shift(person: Consultant, shifts: Mapping[ConsultantId, Shift]) -> Consultant:
    """Return a consultant with the day's shift where there is one to work."""
    shift = shifts.get(person.id, OFF)
    return person if shift in NOT_WORKING else replace(person, shift=shift)


def away(people: Iterable[ConsultantId], shifts: Mapping[ConsultantId, Shift]) -> dict[ConsultantId, Status]:
    """Return who of these does not work on a day with shifts, and the status that says why."""
    if not shifts:
        return {}
    found = {one: shifts.get(one, OFF) for one in people}
    return {one: NOT_WORKING[shift] for one, shift in found.items() if shift in NOT_WORKING}


def _label(column: str) -> Both:
    chinese, english = COLUMNS[column][:2]
    return Both(f"{chinese}/{english}", chinese)


def _columns(header: Row) -> tuple[dict[str, int], tuple[str, ...]]:
    names = {called: name for name, all_ in COLUMNS.items() for called in all_}
    places: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(header):
        called = " ".join(unicodedata.normalize("NFKC", cell).replace("_", " ").lower().split())
        name = names.get(called)
        if name is None:
            ignored += [shown(cell, _SHOWN)] if cell else []
        elif name in places:
            raise refuse(
                Both(
                    "The header names the column {column} twice; leave one of them out.",
                    "表头中“{column}”列出现了两次，请去掉一列。",
                ).format(column=_label(name))
            )
        else:
            places[name] = place
    missing = [_label(name) for name in _NEEDED if name not in places]
    if missing:
        raise refuse(
            Both(
                "The header lacks {missing}; the first row names the columns in Chinese or English.",
                "表头缺少 {missing}；第一行请用中文或英文写列名。",
            ).format(missing=missing)
        )
    return places, tuple(ignored)


def _faults(number: int, cells: Mapping[str, str], today: date) -> Iterable[Wrong]:
    for column, text in cells.items():
        what = _fault(column, text, today)
        if what is not None:
            yield Wrong(row=number, column=column, what=what)


def _fault(column: str, text: str, today: date) -> Both | None:
    """Return what is wrong with one cell and what to do, None where nothing is."""
    if _CONTROL.search(text):
        return Both("it holds control characters; type it anew.", "含有不可见的控制字符，请重新输入。")
    if column == "day":
        day = day_of(text)
        if day is None:
            return Both(
                "{text!r} is no day; write it like 2026-11-21.", "“{text}”不是日期，请按 2026-11-21 的格式填写。"
            ).format(text=shown(text, _SHOWN))
        if far_away(day, today):
            return Both(
                "{day} is more than a year ahead or before {first}; check the year.",
                "{day} 晚于一年后或早于 {first} 年，请核对年份。",
            ).format(day=day, first=_FIRST.year)
    longest, need, too_long = _TEXTS.get(column, (0, None, None))
    if need and not text:
        return need
    return too_long if longest and len(text) > longest else None


def _line(number: int, cells: Mapping[str, str]) -> Line:
    day = day_of(cells["day"])
    if day is None:  # `_faults` has named it
        raise AssertionError(cells)
    return Line(
        row=number,
        day=day,
        staff=cells["staff"],
        shift=normal_shift(cells["shift"]),
        name=cells.get("name", ""),
        note=cells.get("note", ""),
    )


def _twice(lines: Iterable[Line]) -> Iterable[Wrong]:
    seen: dict[tuple[date, str], int] = {}
    for line in lines:
        earlier = seen.setdefault((line.day, line.staff), line.row)
        if earlier != line.row:
            what = Both(
                "{staff} stands on {day} in row {row} already; leave one of them out.",
                "{staff} 在 {day} 已出现在第 {row} 行，请去掉一行。",
            ).format(staff=line.staff, day=line.day, row=earlier)
            yield Wrong(row=line.row, column="staff", what=what)
