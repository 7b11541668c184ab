"""A document as a PDF on A4, set by Typst from `report.typ` with the fonts that Typst brings; nothing is fetched."""

from pathlib import Path
from typing import Final

import msgspec

from marketplace.bookkeeping.documents import Document, cell_text
from marketplace.web.translate import translate

_TEMPLATE: Final = Path(__file__).parent / "report.typ"


def write_pdf(document: Document) -> bytes:
    """Set the document: its head, the table with repeated column heads, when it was printed, page numbers."""
    import typst  # noqa: PLC0415 - 30 MB that only those need who print

    report = {
        "title": document.title,
        "store": document.store_name,
        "cooperative": document.cooperative_name,
        "period": document.period,
        "printed": document.printed,
        "page": translate("Halaman", document.language),
        "language": document.language,
        "columns": [
            {"label": column.label, "amount": column.is_amount, "wide": column.is_wide} for column in document.columns
        ],
        "rows": [
            {"cells": [cell_text(cell, document.language) for cell in row.cells], "style": row.style}
            for row in document.rows
        ],
        "empty": document.empty,
        "notes": list(document.notes),
    }
    return typst.compile(
        _TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=[],
        ignore_system_fonts=True,
        sys_inputs={"report": msgspec.json.encode(report).decode()},
        timestamp=int(document.printed_at.timestamp()),
    )
