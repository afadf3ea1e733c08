"""Plain tables of text: read from CSV, and written so that no program takes a cell for a formula.

Row numbers are those that a spreadsheet shows: the first row of the file is 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

from qiantai.both import Both

from triage.domain.errors import UnreadableFile

MAX_BYTES = 1_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 40
MAX_CELL = 2_000
MAX_CELLS = 100_000

TOO_LARGE = Both("The file is larger than {kilobytes} kB; split it by month.", "文件超过 {kilobytes} kB，请按月拆分。")
_NO_CSV_ROW = Both(
    "Row {row} cannot be read as CSV ({problem}); save it as CSV UTF-8 anew.",
    "第 {row} 行无法按 CSV 读取（{problem}），请另存为 CSV UTF-8。",
)
_WIDE = Both(
    "Row {row} has more than {most} columns; leave out what does not belong to the table.",
    "第 {row} 行超过 {most} 列，请去掉多余的列。",
)
_LONG = Both(
    "Row {row}, column {column}: the cell has more than {most} characters; shorten it.",
    "第 {row} 行第 {column} 列超过 {most} 个字符，请缩短。",
)

Row = tuple[str, ...]
Cell = str | int | float | bool | date | None

_DANGEROUS = re.compile("'*[=+\\-@\\t\\r＝＋－＠]")
"""What a spreadsheet program takes for a formula; any number of quotes before it, so that reading undoes writing."""
_DELIMITERS = ",;\t"


def refuse(why: Both) -> UnreadableFile:
    """Return the refusal of a whole file."""
    return UnreadableFile(why, fields={"file": why})


def read_csv(data: bytes) -> list[Row]:
    """Return the rows of a CSV file, text trimmed, a guard against formulas taken off again.

    UTF-8 with or without BOM, UTF-16 with BOM, GBK (GB 18030); comma, semicolon or
    tab, whichever the first row has most of. Raises UnreadableFile for everything
    else and for what is too large; whatever the bytes, nothing else.
    """
    if len(data) > MAX_BYTES:
        raise refuse(TOO_LARGE.format(kilobytes=MAX_BYTES // 1000))
    text = _decoded(data)
    delimiter = _delimiter_of(text)
    if text.count(delimiter) > MAX_CELLS:
        raise refuse(
            Both(
                "The file has more than {most} cells; split it by month.", "文件的单元格超过 {most} 个，请按月拆分。"
            ).format(most=MAX_CELLS)
        )
    rows: list[Row] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(checked(row, len(rows) + 1))
    except csv.Error as problem:
        raise refuse(_NO_CSV_ROW.format(row=len(rows) + 1, problem=Both(str(problem), "格式有误"))) from None
    return rows


def checked(row: Sequence[str], number: int) -> Row:
    """Return a row as it is kept. Raises UnreadableFile where it is too long or too wide."""
    if number > MAX_ROWS:
        raise refuse(
            Both("The file has more than {most} rows; split it by month.", "文件超过 {most} 行，请按月拆分。").format(
                most=MAX_ROWS
            )
        )
    if len(row) > MAX_COLUMNS:
        raise refuse(_WIDE.format(row=number, most=MAX_COLUMNS))
    for place, text in enumerate(row, start=1):
        if len(text) > MAX_CELL:
            raise refuse(_LONG.format(row=number, column=place, most=MAX_CELL))
    return tuple(_without_guard(text.strip()) for text in row)


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file: UTF-8 with BOM, so that spreadsheet programs read Chinese, CRLF, guarded cells."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([plain(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def plain(cell: Cell) -> str:
    """Return a cell as text."""
    if cell is None:
        return ""
    return guarded(cell) if isinstance(cell, str) else str(cell)


def guarded(text: str) -> str:
    """Return a text with a quote before it where a spreadsheet program would run it as a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def _without_guard(text: str) -> str:
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise refuse(
        Both(
            "This is no table of text; save it as CSV UTF-8 or as XLSX.", "这不是文本表格，请另存为 CSV UTF-8 或 XLSX。"
        )
    )


def _delimiter_of(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)
