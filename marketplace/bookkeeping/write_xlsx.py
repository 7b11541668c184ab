"""A document as a spreadsheet: rupiah as numbers, text as text and never as a formula."""

import io
from datetime import date, datetime
from typing import Final

from marketplace.bookkeeping.documents import Document, cell_text

_AMOUNT_FORMAT: Final = "#,##0;[Red]-#,##0;0"
_DAY_FORMAT: Final = "dd/mm/yyyy"
_NARROWEST, _WIDEST = 12, 70
_LONGEST_SHEET_NAME: Final = 31


def write_xlsx(document: Document) -> bytes:
    """Write the document as one sheet: its head, the columns, the rows, and page numbers for printing."""
    # It brings no types, and is a tenth of the whole start.
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": document.title, "author": document.store_name, "created": document.printed_at})
    # the title of a sheet may not hold these, and may not be long
    name = "".join(" " if letter in "[]:*?/\\'" else letter for letter in document.title)[:_LONGEST_SHEET_NAME].strip()
    sheet = book.add_worksheet(name or "Lumbung")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEEEEE", "text_wrap": True})
    text = {
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
        "heading": book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        "total": book.add_format({"bold": True, "top": 1, "text_wrap": True, "valign": "top"}),
    }
    day = {
        "plain": book.add_format({"num_format": _DAY_FORMAT, "valign": "top", "align": "left"}),
        "heading": book.add_format({"bold": True, "num_format": _DAY_FORMAT, "valign": "top", "align": "left"}),
        "total": book.add_format({"bold": True, "top": 1, "num_format": _DAY_FORMAT, "valign": "top", "align": "left"}),
    }
    amount = {
        "plain": book.add_format({"num_format": _AMOUNT_FORMAT, "valign": "top"}),
        "heading": book.add_format({"bold": True, "num_format": _AMOUNT_FORMAT, "valign": "top"}),
        "total": book.add_format({"bold": True, "top": 1, "num_format": _AMOUNT_FORMAT, "valign": "top"}),
    }
    sheet.write_string(0, 0, document.title, book.add_format({"bold": True, "font_size": 14}))
    for line, said in enumerate((document.store_name, document.cooperative_name, document.period, document.printed), 1):
        sheet.write_string(line, 0, said, bold if line == 1 else None)
    first = 6
    for column, its in enumerate(document.columns):
        sheet.write_string(first, column, its.label, head)
        sheet.set_column(column, column, _width(document, column))
    for line, row in enumerate(document.rows, first + 1):
        for column, cell in enumerate(row.cells):
            if cell is None:
                sheet.write_blank(line, column, None, text[row.style])
            elif isinstance(cell, date):
                sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), day[row.style])  # noqa: DTZ001 - cells have no zone
            elif isinstance(cell, int):
                sheet.write_number(line, column, cell, amount[row.style])
            else:
                sheet.write_string(line, column, cell, text[row.style])
    for line, note in enumerate(document.notes, first + len(document.rows) + 2):
        sheet.write_string(line, 0, note)
    sheet.freeze_panes(first + 1, 0)
    sheet.repeat_rows(first)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if len(document.columns) > 4:  # noqa: PLR2004 - as many as an upright page takes
        sheet.set_landscape()
    sheet.set_footer("&L&D&R&P / &N")
    book.close()
    return file.getvalue()


def _width(document: Document, column: int) -> int:
    lengths = [len(cell_text(row.cells[column], document.language)) for row in document.rows]
    return min(max(_NARROWEST, len(document.columns[column].label), *lengths, 0) + 2, _WIDEST)
