"""Plain tables of text: read from CSV, and written so that no program takes a cell for a formula.

Row numbers are those that a spreadsheet shows: the first row of the file is 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

from triage.domain.errors import UnreadableFile

MAX_BYTES = 1_000_000
MAX_ROWS = 10_000
MAX_COLUMNS = 40
MAX_CELL = 2_000
MAX_CELLS = 100_000

Row = tuple[str, ...]
Cell = str | int | float | bool | date | None

_DANGEROUS = re.compile("'*[=+\\-@\\t\\r＝＋－＠]")
"""What a spreadsheet program takes for a formula; any number of quotes before it, so that reading undoes writing."""
_DELIMITERS = ",;\t"


def refuse(why: str) -> UnreadableFile:
    """Return the refusal of a whole file."""
    return UnreadableFile(why, fields={"file": why})


def read_csv(data: bytes) -> list[Row]:
    """Return the rows of a CSV file, text trimmed, a guard against formulas taken off again.

    UTF-8 with or without BOM, UTF-16 with BOM, GBK (GB 18030); comma, semicolon or
    tab, whichever the first row has most of. Raises UnreadableFile for everything
    else and for what is too large; whatever the bytes, nothing else.
    """
    if len(data) > MAX_BYTES:
        raise refuse(f"The file is larger than {MAX_BYTES // 1000} kB; split it by month.")
    text = _decoded(data)
    delimiter = _delimiter_of(text)
    if text.count(delimiter) > MAX_CELLS:
        raise refuse(f"The file has more than {MAX_CELLS} cells; split it by month.")
    rows: list[Row] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(checked(row, len(rows) + 1))
    except csv.Error as problem:
        raise refuse(f"Row {len(rows) + 1} cannot be read as CSV ({problem}); save it as CSV UTF-8 anew.") from None
    return rows


def checked(row: Sequence[str], number: int) -> Row:
    """Return a row as it is kept. Raises UnreadableFile where it is too long or too wide."""
    if number > MAX_ROWS:
        raise refuse(f"The file has more than {MAX_ROWS} rows; split it by month.")
    if len(row) > MAX_COLUMNS:
        raise refuse(f"Row {number} has more than {MAX_COLUMNS} columns; leave out what does not belong to the table.")
    for place, text in enumerate(row, start=1):
        if len(text) > MAX_CELL:
            raise refuse(f"Row {number}, column {place}: the cell has more than {MAX_CELL} characters; shorten it.")
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
    raise refuse("This is no table of text; save it as CSV UTF-8 or as XLSX.")


def _delimiter_of(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)
