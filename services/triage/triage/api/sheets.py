"""Files in and out: tables as CSV and XLSX."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from flask import Response, request
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from qiantai.both import Both

from triage.domain.errors import UnreadableFile
from triage.domain.roster.sheet import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    TOO_LARGE,
    Cell,
    Row,
    checked,
    guarded,
    read_csv,
    refuse,
    write_csv,
)

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILES = (CSV, XLSX)
TAKEN = (CSV, XLSX, "application/octet-stream")
FORMATS = ("json", "csv", "xlsx")
LANGUAGES = ("zh", "en")

_MAX_UNPACKED = 6 * MAX_BYTES
_MAX_PARTS = 200
_COUNTED = (b"<c ", b"<c>", b"<si>", b"<si ", b"<row", b"<xf", b"<definedName")
"""What a workbook is made of; each has an object while it is read."""
_ZIP = b"PK\x03\x04"
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")
_NAME = re.compile("[^A-Za-z0-9._-]+")


def read_table(data: bytes) -> list[Row]:
    """Return the rows of a CSV or XLSX file. Whatever the bytes, nothing but UnreadableFile is raised."""
    if not data:
        raise refuse(Both("The file is empty; choose a CSV or XLSX file.", "文件是空的，请选择 CSV 或 XLSX 文件。"))
    if len(data) > MAX_BYTES:
        raise refuse(TOO_LARGE.format(kilobytes=MAX_BYTES // 1000))
    return _read_xlsx(data) if data.startswith(_ZIP) else read_csv(data)


def uploaded() -> bytes:
    """Return the file of the present request: `file` of a form, or else the whole body."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file") or next(iter(request.files.values()), None)
        if file is None:
            raise refuse(Both("The form holds no file; send it as `file`.", "表单中没有文件，请放在 `file` 中上传。"))
        return file.stream.read(MAX_BYTES + 1)
    return request.get_data(cache=True)


def download(rows: Iterable[Sequence[Cell]], *, name: str, kind: str) -> Response:
    """Return a table as a file to keep; `kind` is csv or xlsx."""
    data, content = (write_csv(rows), f"{CSV}; charset=utf-8") if kind == "csv" else (write_xlsx(rows), XLSX)
    response = Response(data, content_type=content)
    response.headers["Content-Disposition"] = f'attachment; filename="{_NAME.sub("-", name)}.{kind}"'
    return response


def write_xlsx(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return an XLSX file with one sheet; texts are guarded like those of a CSV file, numbers and days stay such."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("qiantai")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_written(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _written(cell: Cell) -> Cell:
    return guarded(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def _read_xlsx(data: bytes) -> list[Row]:
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            warnings.simplefilter("ignore")  # about styles and extensions, which nobody needs here
            _guard(archive)
            return _rows(data)
    except UnreadableFile:
        raise
    except Exception:  # noqa: BLE001 - a broken workbook raises whatever the part that is broken does
        raise refuse(
            Both(
                "This XLSX file cannot be read; open it, save it anew as XLSX or as CSV UTF-8.",
                "这个 XLSX 文件无法读取，请打开后另存为 XLSX 或 CSV UTF-8。",
            )
        ) from None


def _guard(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks to far more than it is, and XML that defines entities."""
    parts = archive.infolist()
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise refuse(
            Both(
                "The XLSX file unpacks to more than {most} MB; save the table alone.",
                "XLSX 文件解开后超过 {most} MB，请只保存这张表。",
            ).format(most=_MAX_UNPACKED // 1_000_000)
        )
    for part in parts:
        with archive.open(part) as unpacked:
            content = unpacked.read(_MAX_UNPACKED)
        if any(content.count(mark) > MAX_CELLS for mark in _COUNTED):
            raise refuse(
                Both(
                    "The XLSX file has more than {most} cells or texts; save the table alone.",
                    "XLSX 文件的单元格超过 {most} 个，请只保存这张表。",
                ).format(most=MAX_CELLS)
            )
        if _ENTITIES.search(content.replace(b"\0", b"")):
            raise refuse(
                Both(
                    "The XLSX file holds XML definitions that no table needs; save it anew.",
                    "XLSX 文件含有表格用不到的 XML 定义，请另存一份。",
                )
            )


def _rows(data: bytes) -> list[Row]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        if not book.worksheets:
            raise refuse(Both("The XLSX file holds no sheet.", "XLSX 文件中没有工作表。"))
        # one more than may be, so that it shows; never what the file says of its own size
        cells = book.worksheets[0].iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1, values_only=True)
        rows: list[Row] = []
        for number, row in enumerate(cells, start=1):
            texts = [_text(value) for value in row]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                rows += [()] * (number - 1 - len(rows))
                rows.append(checked(texts, number))
        return rows
    finally:
        book.close()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
