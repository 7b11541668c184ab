"""Text for spreadsheets: names are typed by strangers, and a spreadsheet takes some beginnings for a formula."""

from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(text: str) -> str:
    """Return the text as a cell that is no formula: with an apostrophe before it where it begins like one."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
