"""Which column of a statement means what, guessed from its heading, and its rows as lines. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Final

import msgspec

from payments.statements.cells import Cell, ImpossibleDate, direction_of, moment_of, sen_of, text_of, time_of
from payments.statements.errors import BadStatement
from payments.statements.read import Rows

BANK_TIME: Final = timezone(timedelta(hours=7), "WIB")
"""Banks write the capital's time, wherever the store is."""

FIELDS: Final = ("date", "time", "text", "amount", "direction", "credit", "debit", "balance", "reference", "bill",
                  "fee")  # fmt: skip
LONGEST_TEXT: Final = 300
LONGEST_REFERENCE: Final = 64
_LAST_HEADING_ROW: Final = 40
_FIRST_YEAR: Final = 2000

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "date": ("tanggal", "tgl", "date", "tanggal transaksi", "tgl transaksi", "transaction date", "posting date",
             "tanggal posting", "tanggal efektif", "tanggal waktu", "date time", "tgl trx", "waktu transaksi"),
    "time": ("jam", "waktu", "time", "jam transaksi", "pukul", "transaction time"),
    "text": ("keterangan", "uraian", "deskripsi", "description", "remark", "remarks", "uraian transaksi", "detail",
             "berita", "keterangan transaksi", "transaction description", "narasi"),
    "amount": ("jumlah", "mutasi", "nominal", "amount", "jumlah transaksi", "nilai", "nominal transaksi",
               "transaction amount", "gross", "gross amount", "jumlah kotor"),
    "direction": ("db cr", "cr db", "d c", "d k", "dk", "jenis", "tipe", "type", "jenis transaksi"),
    "credit": ("kredit", "credit", "masuk", "cr", "mutasi kredit", "uang masuk"),
    "debit": ("debit", "debet", "keluar", "db", "mutasi debet", "mutasi debit", "uang keluar"),
    "balance": ("saldo", "balance", "saldo akhir", "running balance", "saldo berjalan"),
    "reference": ("referensi", "no referensi", "nomor referensi", "rrn", "reference", "ref", "no ref", "reference no",
                  "reference number", "ref no", "retrieval reference number"),
    "bill": ("no tagihan", "nomor tagihan", "bill number", "invoice", "no invoice", "invoice number", "order id"),
    "fee": ("mdr", "biaya", "fee", "mdr amount", "biaya mdr", "nominal mdr", "potongan mdr", "potongan"),
}  # fmt: skip
_NO_HEADING = "Judul kolom tidak dikenali. Pilih sendiri kolom tanggal dan jumlah (atau kredit dan debet)."
_NO_AMOUNT = "Pilih kolom jumlah, atau kolom kredit."
_NO_DATE = "Pilih kolom tanggal."
_BAD_COLUMN = "Kolom itu tidak ada di berkas."
_UNREADABLE_AMOUNT = "Jumlah di baris {row} tidak terbaca: “{text}”. Periksa pilihan kolomnya."
_IMPOSSIBLE_DATE = "Tanggal di baris {row} tidak ada di kalender: “{text}”. Perbaiki berkasnya, lalu unggah lagi."
_UNREADABLE_DIRECTION = "Baris {row} tidak jelas masuk atau keluar: “{text}”. Periksa pilihan kolomnya."
_NO_LINES = "Tidak ada baris dengan tanggal dan jumlah yang terbaca. Periksa pilihan kolomnya."


class Columns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the lines begin and which column (counted from 0) holds what; fields that the file lacks are left out."""

    heading_row: int
    by_field: dict[str, int]

    @property
    def is_enough(self) -> bool:
        """Whether lines can be read with it."""
        return "date" in self.by_field and ("amount" in self.by_field or "credit" in self.by_field)


class ReadLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a statement: money that came (above zero) or went, in sen; `at` where the file knows the time."""

    row: int
    on: date
    at: datetime | None
    amount_sen: int
    fee_sen: int | None = None
    balance_sen: int | None = None
    text: str = ""
    reference: str = ""
    bill_number: str = ""


def guess_columns(rows: Rows) -> Columns:
    """Guess the heading and the columns by their names; what is not found is left out."""
    best = Columns(heading_row=0, by_field={})
    for number, row in enumerate(rows[:_LAST_HEADING_ROW]):
        found = _by_names(row)
        if len(found) > len(best.by_field):
            best = Columns(heading_row=number, by_field=found)
    if "direction" not in best.by_field and "amount" in best.by_field:
        column = _direction_column(rows[best.heading_row + 1 :])
        if column is not None and column not in best.by_field.values():
            return Columns(heading_row=best.heading_row, by_field={**best.by_field, "direction": column})
    return best


def read_lines(rows: Rows, columns: Columns, *, today: date) -> list[ReadLine]:
    """Read the rows below the heading, oldest first; rows without a date (totals, notes) are passed over.

    Raises BadStatement where a column is missing, or an amount, its direction or its day cannot be read; a file counts
    wholly or not at all.
    """
    _require(rows, columns)
    body = list(enumerate(rows))[columns.heading_row + 1 :]
    is_month_first = _is_month_first([_at(row, columns, "date") for _, row in body], today)
    signs = _Signs.of([row for _, row in body], columns)
    lines = []
    for number, row in body:
        try:
            on, clock = moment_of(_at(row, columns, "date"), today=today, is_month_first=is_month_first)
        except ImpossibleDate as error:
            if not _amount(row, columns, number + 1, signs):
                continue
            written = text_of(_at(row, columns, "date"))[:40]
            raise BadStatement(_IMPOSSIBLE_DATE, field="columns", row=number + 1, text=written) from error
        except ValueError:
            continue
        if on.year < _FIRST_YEAR:  # such as the empty date of a spreadsheet
            continue
        amount = _amount(row, columns, number + 1, signs)
        if not amount:
            continue
        clock = time_of(_at(row, columns, "time")) if "time" in columns.by_field else clock
        lines.append(
            ReadLine(
                row=number + 1,
                on=on,
                at=None if clock is None else datetime.combine(on, clock, BANK_TIME),
                amount_sen=amount,
                fee_sen=_sen(row, columns, "fee", number + 1),
                balance_sen=_sen(row, columns, "balance", number + 1),
                text=text_of(_at(row, columns, "text"))[:LONGEST_TEXT],
                reference=text_of(_at(row, columns, "reference"))[:LONGEST_REFERENCE].replace(" ", "").upper(),
                bill_number=text_of(_at(row, columns, "bill"))[:LONGEST_REFERENCE].upper(),
            )
        )
    if not lines:
        raise BadStatement(_NO_LINES, field="columns")
    return lines[::-1] if _is_newest_first(lines) else lines


def _is_newest_first(lines: list[ReadLine]) -> bool:
    """Whether a file begins with its newest line; of one day by the times, else by which way the balances add up."""
    first, last = lines[0], lines[-1]
    if first.on != last.on:
        return first.on > last.on
    if first.at is not None and last.at is not None and first.at != last.at:
        return first.at > last.at
    forwards = backwards = 0
    for one, following in pairwise(lines):
        if one.balance_sen is None or following.balance_sen is None:
            continue
        forwards += one.balance_sen + following.amount_sen == following.balance_sen
        backwards += following.balance_sen + one.amount_sen == one.balance_sen
    return backwards > forwards


def _by_names(row: list[Cell]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        name = " ".join(re.sub(r"[^a-z0-9]+", " ", re.sub(r"\(.*?\)", "", text_of(cell).casefold())).split())
        for field, names in _NAMES.items():
            if name in names and field not in found:
                found[field] = column
                break
    return found


def _direction_column(rows: Rows) -> int | None:
    """Return a column, perhaps without a heading, in which nothing but CR and DB stands."""
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and row[column] != ""]
        said = sum(direction_of(cell) is not None for cell in cells)
        if said and said >= len(cells) - 1:
            return column
    return None


def _require(rows: Rows, columns: Columns) -> None:
    width = max(len(row) for row in rows)
    if any(not 0 <= column < width for column in columns.by_field.values()):
        raise BadStatement(_BAD_COLUMN, field="columns")
    if not columns.by_field:
        raise BadStatement(_NO_HEADING, field="columns")
    if "date" not in columns.by_field:
        raise BadStatement(_NO_DATE, field="date")
    if not columns.is_enough:
        raise BadStatement(_NO_AMOUNT, field="amount")


def _is_month_first(cells: list[Cell], today: date) -> bool:
    """Whether the dates only make sense as month/day: Indonesia writes the day first."""

    def readable(*, is_month_first: bool) -> int:
        count = 0
        for cell in cells:
            try:
                moment_of(cell, today=today, is_month_first=is_month_first)
            except ValueError:
                continue
            count += 1
        return count

    return readable(is_month_first=True) > readable(is_month_first=False)


def _at(row: list[Cell], columns: Columns, field: str) -> Cell:
    column = columns.by_field.get(field, len(row))
    return row[column] if column < len(row) else ""


class _Signs(msgspec.Struct, frozen=True):
    """How a file says what went out: whether its direction column does, and whether all its debits are negative."""

    has_direction: bool
    are_debits_negative: bool

    @classmethod
    def of(cls, rows: Rows, columns: Columns) -> _Signs:
        """Look at all rows: a column in which nothing is understood says something else."""
        debits = []
        for row in rows:
            try:
                debits.append(sen_of(_at(row, columns, "debit")) or 0)
            except ValueError:
                continue
        return cls(
            has_direction=any(direction_of(_at(row, columns, "direction")) is not None for row in rows),
            are_debits_negative=not any(sen > 0 for sen in debits),
        )


def _amount(row: list[Cell], columns: Columns, number: int, signs: _Signs) -> int:
    """What came (above zero) or went. Below zero in its own column it was taken back, unless all debits are so."""
    if "amount" not in columns.by_field:
        came, went = _sen(row, columns, "credit", number) or 0, _sen(row, columns, "debit", number) or 0
        return came - (abs(went) if signs.are_debits_negative else went)
    amount = _sen(row, columns, "amount", number) or 0
    said = _at(row, columns, "direction")
    if not amount or not signs.has_direction or text_of(said) == "":
        return amount
    direction = direction_of(said)
    if direction is None:
        raise BadStatement(_UNREADABLE_DIRECTION, field="columns", row=number, text=text_of(said)[:40])
    return direction * abs(amount)


def _sen(row: list[Cell], columns: Columns, field: str, number: int) -> int | None:
    if field not in columns.by_field:
        return None
    cell = _at(row, columns, field)
    try:
        return sen_of(cell)
    except ValueError as error:
        raise BadStatement(_UNREADABLE_AMOUNT, field="columns", row=number, text=text_of(cell)[:40]) from error
