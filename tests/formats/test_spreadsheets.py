"""Cells of spreadsheets are text, whatever was typed."""

import pytest

from marketplace.formats.spreadsheets import plain_cell


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Bu Minah", "a=b", "5-6", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert plain_cell(text) == text
