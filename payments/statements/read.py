"""A file from a bank as rows of cells: CSV as banks export it, or XLSX. Pure and slow: callers run it in a thread.

Nothing in the file is ever evaluated; a formula counts as the value saved with it. What would grow without bound in
memory (an archive that unpacks to gigabytes, a lone cell in the last row) is refused before it is read.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from typing import Final

import python_calamine

from payments.statements.cells import Cell
from payments.statements.errors import BadStatement

LARGEST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
_MOST_UNPACKED: Final = 48 * 1024 * 1024
_MOST_MEMBERS: Final = 200

_EMPTY = "Pilih berkas mutasi dulu."
_TOO_LARGE = "Berkas melebihi 2 MB. Unduh mutasi untuk waktu yang lebih pendek."
_TOO_LONG = "Berkas melebihi 20.000 baris atau 60 kolom. Unduh mutasi untuk waktu yang lebih pendek."
_NO_TABLE = "Berkas ini bukan CSV atau XLSX yang bisa dibaca. Unduh lagi dari bank sebagai CSV atau Excel (.xlsx)."

_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_PLACE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)([0-9]+)")

Rows = list[list[Cell]]


def read_rows(data: bytes) -> Rows:
    """Read a statement file into rows; empty rows are left out. Raises BadStatement."""
    if not data:
        raise BadStatement(_EMPTY)
    if len(data) > LARGEST_BYTES:
        raise BadStatement(_TOO_LARGE)
    rows = _read_xlsx(data) if data.startswith(b"PK") else _read_csv(data)
    rows = [row for row in rows if any(cell != "" for cell in row)]
    if not rows:
        raise BadStatement(_EMPTY)
    return rows


def _read_csv(data: bytes) -> Rows:
    text = _decode(data)
    rows: Rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter_of(text)):
            if len(rows) >= MOST_ROWS or len(row) > MOST_COLUMNS:
                raise BadStatement(_TOO_LONG)
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise BadStatement(_NO_TABLE) from error
    return rows


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise BadStatement(_NO_TABLE) from error
    if b"\0" in data or data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise BadStatement(_NO_TABLE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _delimiter_of(text: str) -> str:
    """Return what most lines hold equally often; commas also stand inside amounts, so others go first where equal."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, best_score = ",", 0
    for delimiter in (";", "\t", "|", ","):
        counts = Counter(len(next(csv.reader([line], delimiter=delimiter), [])) - 1 for line in lines)
        counts.pop(0, None)
        _, score = counts.most_common(1)[0] if counts else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _read_xlsx(data: bytes) -> Rows:
    _refuse_bombs(data)
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise BadStatement(_TOO_LONG)
        found = sheet.to_python()
    except (python_calamine.CalamineError, IndexError, ValueError) as error:
        raise BadStatement(_NO_TABLE) from error
    return [[_cell(cell) for cell in row] for row in found]


def _cell(cell: object) -> Cell:
    if isinstance(cell, bool) or not isinstance(cell, Cell):
        return str(cell)
    return cell.strip() if isinstance(cell, str) else cell


def _refuse_bombs(data: bytes) -> None:
    """Unpack every member once with a bound on all of them, and look how far the cells of a sheet reach."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if "xl/workbook.xml" not in {member.filename for member in members} or len(members) > _MOST_MEMBERS:
                raise BadStatement(_NO_TABLE)
            if sum(member.file_size for member in members) > _MOST_UNPACKED:
                raise BadStatement(_TOO_LONG)
            for member in members:
                # zipfile gives at most the size that was declared, and refuses where the sum of it is another
                _refuse_far_cells(archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadStatement(_NO_TABLE) from error


def _refuse_far_cells(xml: bytes) -> None:
    rows = _ROW.split(xml)[1:]
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS and _holds_too_many(row) for row in rows):
        raise BadStatement(_TOO_LONG)
    if rows and b"\0" in xml:
        raise BadStatement(_NO_TABLE)
    for row in rows:
        for column, number in _PLACE.findall(row):
            if int(number) > MOST_ROWS or len(column) > 2:  # noqa: PLR2004 - AA to ZZ are read and then counted
                raise BadStatement(_TOO_LONG)


def _holds_too_many(row: bytes) -> bool:
    return len(_CELL.findall(row)) > MOST_COLUMNS
