"""A report as it is shown, printed and exported: one shape for the page, the spreadsheet and the PDF. Pure."""

from datetime import date, datetime
from typing import Literal, TypeAlias

import msgspec

from marketplace.formats.dates import format_date

RowStyle = Literal["plain", "heading", "total"]
Cell: TypeAlias = str | int | date | None


class Column(msgspec.Struct, frozen=True):
    """A column: its label, whether it holds rupiah, and whether it takes the width that is left."""

    label: str
    is_amount: bool = False
    is_wide: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row: text, a day, rupiah as a whole number, None where a cell is empty. `href` leads on from its first."""

    cells: tuple[Cell, ...]
    style: RowStyle = "plain"
    href: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A report in the reader's language. `name` is for its file."""

    name: str
    title: str
    store_name: str
    cooperative_name: str
    period: str
    printed: str
    printed_at: datetime
    language: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    empty: str
    notes: tuple[str, ...] = ()


def cell_text(cell: Cell, language: str) -> str:
    """Write a cell for people: rupiah in groups of three, in brackets below zero as bookkeepers do."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return format_date(cell, language)
    if isinstance(cell, str):
        return cell
    grouped = f"{abs(cell):,}" if language == "en" else f"{abs(cell):,}".replace(",", ".")
    return f"({grouped})" if cell < 0 else grouped
