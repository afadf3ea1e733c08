"""Sheets of shifts: whatever the file, shifts or a clear word about what is wrong and where."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from triage.api.sheets import read_table, write_xlsx
from triage.domain.errors import TriageError, UnreadableFile, WrongRows
from triage.domain.roster.sheet import MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Cell, read_csv, write_csv
from triage.domain.roster.shifts import IN_CHINESE, Line, Sheet, normal_shift, read_sheet

TODAY = date(2026, 11, 21)
CHINESE = "日期,工号,姓名,班次,备注\n2026-11-21,a,顾问a,早班,学习\n2026/11/22,b,,休息,\n"
BOTH = (
    Line(row=2, day=date(2026, 11, 21), staff="a", name="顾问a", shift="early", note="学习"),
    Line(row=3, day=date(2026, 11, 22), staff="b", shift="off"),
)


def read(data: bytes) -> Sheet:
    return read_sheet(read_table(data), TODAY)


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CHINESE.encode(), id="utf-8"),
        pytest.param(CHINESE.encode("utf-8-sig"), id="utf-8 with BOM"),
        pytest.param(CHINESE.encode("gbk"), id="gbk"),
        pytest.param(CHINESE.replace(",", "\t").encode("utf-16"), id="utf-16, tabs"),
        pytest.param(CHINESE.replace(",", ";").replace("\n", "\r\n").encode(), id="semicolons, CRLF"),
        pytest.param(
            b"Date,STAFF, name ,Shift,Note\n2026.11.21,a," + "顾问a,Early,学习\n20261122,b,,OFF,\n".encode(),
            id="English header",
        ),
        pytest.param(
            workbook(
                ["日期", "工号", "姓名", "班次", "备注"],
                [datetime(2026, 11, 21), "a", "顾问a", "早", "学习"],  # noqa: DTZ001 - a spreadsheet's day
                ["2026年11月22日", "b", None, "轮休"],
            ),
            id="xlsx",
        ),
    ],
)
def test_every_usual_form_says_the_same(data: bytes) -> None:
    assert read(data).lines == BOTH


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    sheet = read('\n日期,工号,班次,备注\n\n2026-11-21,a,早班,"zwei\nZeilen"\n\n2026-11-21,b,晚班,\n'.encode())
    assert [(line.row, line.staff) for line in sheet.lines] == [(4, "a"), (6, "b")]
    again = read(workbook([], ["日期", "工号", "班次"], [], ["2026-11-21", 1001.0, "早班"]))
    assert [(line.row, line.staff) for line in again.lines] == [(4, "1001")]


def test_other_columns_are_named_and_not_looked_at() -> None:
    assert read("部门,日期,工号,班次\nx,2026-11-21,a,早班\n".encode()).ignored == ("部门",)


@pytest.mark.parametrize(
    ("text", "row", "column", "says"),
    [
        ("21.11.2026,a,早班", 2, "day", "2026-11-21"),
        ("2026-02-30,a,早班", 2, "day", "is no day"),
        ("2062-11-21,a,早班", 2, "day", "check the year"),
        (",a,早班", 2, "day", "is no day"),
        ("2026-11-21,,早班", 2, "staff", "missing"),
        ("2026-11-21,a,", 2, "shift", "missing"),
        (f"2026-11-21,a,{'早' * 21}", 2, "shift", "at most 20"),
        ("2026-11-21,a,早班,\x07", 2, "note", "control"),
        (f"2026-11-21,a,早班,{'x' * 201}", 2, "note", "at most 200"),
        ("2026-11-21,a,早班\n2026/11/21,a,晚班", 3, "staff", "in row 2 already"),
    ],
)
def test_what_is_wrong_is_named_with_row_column_and_what_to_do(text: str, row: int, column: str, says: str) -> None:
    with pytest.raises(WrongRows) as refused:
        read(f"日期,工号,班次,备注\n{text}\n".encode())
    [(field, message)] = refused.value.fields.items()
    assert field == f"rows.{row}.{column}"
    assert says in message
    assert message.startswith(f"Row {row}, column ")


def test_every_wrong_row_is_named_up_to_fifty() -> None:
    rows = "".join(f"2026-11-21,{n},\n" for n in range(60))
    with pytest.raises(WrongRows) as refused:
        read(f"日期,工号,班次\n{rows}".encode())
    assert (refused.value.facts["wrong"], len(refused.value.fields)) == (60, 50)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        ("日期,班次\n2026-11-21,早班\n".encode(), "工号/staff"),
        ("日期,date,工号,班次\n".encode(), "twice"),
        ("日期,工号,班次\n".encode(), "no rows"),
        (b"\xff\xff\xff\xff", "CSV UTF-8"),
        (b"a,b\0c\n", "CSV UTF-8"),
        (b"x" * (MAX_BYTES + 1), "larger than"),
        (b"x\n" * (MAX_ROWS + 1), "more than 10000 rows"),
        (b"," * MAX_COLUMNS, "columns"),
        (b'"' + b"x" * 200_000, "row 1"),
        (b"PK\x03\x04 not a zip", "XLSX"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(data)
    assert says.lower() in refused.value.fields["file"].lower()


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (_zip(bomb=b"\0" * 50_000_000), "unpacks"),
        (_zip(**{f"p{n}": b"" for n in range(300)}), "unpacks"),
        (_zip(x=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc">]><a/>'), "definitions"),
        (_zip(x='<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")), "definitions"),
        (_zip(x=b"nothing of a workbook"), "cannot be read"),
        (workbook(["x"] * (MAX_COLUMNS + 1)), "columns"),
    ],
)
def test_a_workbook_that_means_harm_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(data)
    assert says in refused.value.fields["file"]


def test_a_workbook_may_not_be_endless() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for n in range(MAX_ROWS + 1):
        sheet.append([n])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFile, match="more than 10000 rows"):
        read(out.getvalue())


@pytest.mark.parametrize("mark", ["<c r='A1'/>", "<c />", "<si><t/></si>", "<xf/>"])
def test_a_workbook_of_too_many_parts_is_refused_before_it_is_parsed(mark: str) -> None:
    """Each of these few bytes would be an object of some hundred."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", mark * (MAX_CELLS + 1))
    began = time.perf_counter()
    with pytest.raises(UnreadableFile, match="cells or texts"):
        read_table(out.getvalue())
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("row", [",", ";" * 40 + "\n", "日期" + "\t" * 9 + "\n"])
def test_a_csv_of_too_many_cells_is_refused_before_it_is_parsed(row: str) -> None:
    sign = next(one for one in ",;\t" if one in row)
    text = row * (MAX_CELLS // row.count(sign) + 1)
    with pytest.raises(UnreadableFile, match="cells"):
        read_csv(text.encode())


def test_a_cell_far_away_costs_nothing() -> None:
    book = Workbook()
    book.active["XFD1048576"] = "x"
    book.active["A1"] = "日期"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFile, match="工号"):
        read(out.getvalue())


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
ROWS = st.lists(st.lists(TEXTS, min_size=1, max_size=5), max_size=8)
WRITERS: tuple[Callable[[list[list[Cell]]], bytes], ...] = (write_csv, write_xlsx)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_give_shifts_or_a_clear_refusal(data: bytes) -> None:
    try:
        read(data)
    except TriageError as refused:
        assert refused.fields  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(st.integers(min_value=0, max_value=6000), st.binary(min_size=1, max_size=6))
def test_a_damaged_workbook_gives_shifts_or_a_clear_refusal(place: int, damage: bytes) -> None:
    whole = workbook(["日期", "工号", "班次"], ["2026-11-21", "a", "早班"])
    at = place % len(whole)
    try:
        read(whole[:at] + damage + whole[at + len(damage) :])
    except TriageError as refused:
        assert refused.fields  # noqa: PT017


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="日期工号班次备注date,staff;shift\t\n\"'=+-@2026-11-21早班aoff", max_size=200))
def test_any_text_gives_shifts_or_a_clear_refusal(text: str) -> None:
    try:
        read(f"日期,工号,班次\n{text}".encode())
    except TriageError as refused:
        assert refused.fields  # noqa: PT017


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_what_is_written_as_csv_is_read_again(rows: list[list[str]]) -> None:
    rows = [["head", "er"], *rows]  # the first row decides on the delimiter
    assert [list(row) for row in read_csv(write_csv(rows))] == rows


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-x", "@SUM(A1)", "＝1", "'=1", "''@", "'plain", "a=b", "=cmd|' /C calc'!A0"]
)
def test_no_cell_is_a_formula_and_reading_undoes_the_guard(
    write: Callable[[list[list[Cell]]], bytes], text: str
) -> None:
    data = write([["h", "n"], [text, 3]])
    assert read_table(data)[1] == (text, "3")
    if write is write_csv:
        assert not read_lines(data)[1].lstrip('"').startswith(("=", "+", "-", "@", "＝"))
    else:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def read_lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig").splitlines()


def test_the_words_for_shifts_go_both_ways() -> None:
    assert {normal_shift(chinese): own for own, chinese in IN_CHINESE.items()} == {own: own for own in IN_CHINESE}
    assert normal_shift("Early") == "early"
    assert normal_shift("夜班A") == "夜班A"
