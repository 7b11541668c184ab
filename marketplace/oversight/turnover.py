"""Turnover of a region's cooperatives, from the days that the receipts were counted into; and the same as CSV."""

import csv
import io
from datetime import date
from typing import Final, Literal

from marketplace.database import Connection
from marketplace.formats.spreadsheets import plain_cell
from marketplace.oversight import store
from marketplace.oversight.schemas import Turnover, TurnoverRow

SortKey = Literal["turnover", "name", "sales", "members", "returns"]
LONGEST_DAYS: Final = 731
_HEADINGS: Final = (
    "kode_wilayah",
    "koperasi",
    "jumlah_penjualan",
    "jumlah_retur",
    "omzet_rupiah",
    "omzet_anggota_rupiah",
    "omzet_bukan_anggota_rupiah",
    "retur_rupiah",
    "tunai_rupiah",
)


async def read_turnover(
    connection: Connection, region_code: str, *, first: date, last: date, sort: SortKey = "turnover"
) -> Turnover:
    """Sum sales less returns of every cooperative of a region; largest first unless sorted by name."""
    rows = [
        TurnoverRow(
            cooperative_id=row["cooperative_id"],
            name=row["name"],
            region_code=row["region_code"],
            sale_count=row["sale_count"],
            return_count=row["return_count"],
            turnover_rupiah=row["turnover_rupiah"],
            member_rupiah=row["member_rupiah"],
            other_rupiah=row["turnover_rupiah"] - row["member_rupiah"],
            returned_rupiah=row["returned_rupiah"],
            cash_rupiah=row["cash_rupiah"],
        )
        for row in await store.sum_turnover(connection, region_code, first=first, last=last)
    ]
    return Turnover(
        first=first,
        last=last,
        total_rupiah=sum(row.turnover_rupiah for row in rows),
        member_rupiah=sum(row.member_rupiah for row in rows),
        cash_rupiah=sum(row.cash_rupiah for row in rows),
        sale_count=sum(row.sale_count for row in rows),
        rows=sort_rows(rows, sort),
    )


def sort_rows(rows: list[TurnoverRow], sort: SortKey) -> list[TurnoverRow]:
    """Sort by name, or by a number with the largest first and equal ones by name."""
    if sort == "name":
        return sorted(rows, key=lambda row: row.name)
    return sorted(rows, key=lambda row: (-_number_of(row, sort), row.name))


def _number_of(row: TurnoverRow, sort: SortKey) -> int:
    match sort:
        case "sales":
            return row.sale_count
        case "members":
            return row.member_rupiah
        case "returns":
            return row.return_count
        case _:
            return row.turnover_rupiah


def write_csv(turnover: Turnover) -> str:
    """Write the rows as CSV for a spreadsheet: whole rupiah without separators, names that are no formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    for row in turnover.rows:
        writer.writerow(
            (
                row.region_code,
                plain_cell(row.name),
                row.sale_count,
                row.return_count,
                row.turnover_rupiah,
                row.member_rupiah,
                row.other_rupiah,
                row.returned_rupiah,
                row.cash_rupiah,
            )
        )
    return text.getvalue()
