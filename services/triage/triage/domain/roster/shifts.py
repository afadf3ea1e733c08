"""排班: shifts by day. What a sheet says, and who works on a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qiantai import codes

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
_TEXTS: Mapping[str, tuple[int, str, str]] = {
    "staff": (
        LONGEST_CODE,
        "the staff code is missing; write the one of the roster.",
        f"a staff code has at most {LONGEST_CODE} characters; write the one of the roster.",
    ),
    "shift": (
        LONGEST_SHIFT,
        "the shift is missing; write early, late, full … or off, leave (早班, 晚班, 全天, 休息, 请假).",
        f"a shift has at most {LONGEST_SHIFT} characters; put the rest into the note.",
    ),
    "note": (LONGEST_NOTE, "", f"a note has at most {LONGEST_NOTE} characters; shorten it."),
}
"""By column: how long a text may be, what to do where it is missing, and where it is too long."""
_CONTROL = re.compile(codes.CONTROL)
_FIRST = date(2000, 1, 1)


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
    what: str


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
        raise refuse("The file is empty; the first row names the columns 日期/date, 工号/staff, 班次/shift.")
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
        raise refuse("Below the header there are no rows; add one row for each person and day.")
    return Sheet(lines=tuple(lines), ignored=ignored)


def wrong_rows(wrong: Sequence[Wrong]) -> WrongRows:
    """Return the refusal that names the cells, at most the first fifty."""
    ordered = sorted(wrong, key=lambda one: one.row)
    fields: dict[str, str] = {}
    for one in ordered[:_TOLD]:
        label = "/".join(COLUMNS[one.column][:2])
        fields[f"rows.{one.row}.{one.column}"] = f"Row {one.row}, column {label}: {one.what}"
    more = f" The first {_TOLD} are listed." if len(ordered) > _TOLD else ""
    return WrongRows(
        f"{len(ordered)} {'cell is' if len(ordered) == 1 else 'cells are'} not right; nothing was changed.{more}",
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
            raise refuse(f"The header names the column {'/'.join(COLUMNS[name][:2])} twice; leave one of them out.")
        else:
            places[name] = place
    missing = ["/".join(COLUMNS[name][:2]) for name in _NEEDED if name not in places]
    if missing:
        raise refuse(f"The header lacks {', '.join(missing)}; the first row names the columns in Chinese or English.")
    return places, tuple(ignored)


def _faults(number: int, cells: Mapping[str, str], today: date) -> Iterable[Wrong]:
    for column, text in cells.items():
        what = _fault(column, text, today)
        if what is not None:
            yield Wrong(row=number, column=column, what=what)


def _fault(column: str, text: str, today: date) -> str | None:
    """Return what is wrong with one cell and what to do, None where nothing is."""
    if _CONTROL.search(text):
        return "it holds control characters; type it anew."
    if column == "day":
        day = day_of(text)
        if day is None:
            return f"{shown(text, _SHOWN)!r} is no day; write it like 2026-11-21."
        if far_away(day, today):
            return f"{day} is more than a year ahead or before {_FIRST.year}; check the year."
    longest, need, too_long = _TEXTS.get(column, (0, "", ""))
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
            what = f"{line.staff} stands on {line.day} in row {earlier} already; leave one of them out."
            yield Wrong(row=line.row, column="staff", what=what)
