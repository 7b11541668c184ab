"""Values of sentences, written in the reader's language: days and amounts stay what they are until they are read."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from marketplace.formats.dates import format_date
from marketplace.formats.rupiah import format_rupiah
from payments.money import Money

_PLAIN: Final = (str, int, bool, list, dict)


def write_facts(facts: Mapping[str, object], language: str) -> dict[str, object]:
    """Write the values that fill a sentence for people."""
    return {name: _written(value, language) for name, value in facts.items()}


def plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Give the values for programs: days as ISO dates, amounts as whole rupiah; what has no such form is left out."""
    plain: dict[str, object] = {}
    for name, value in facts.items():
        if isinstance(value, Money):
            plain[name] = value.rupiah
        elif isinstance(value, date):
            plain[name] = value.isoformat()
        elif isinstance(value, _PLAIN):
            plain[name] = value
    return plain


def _written(value: object, language: str) -> object:
    if isinstance(value, Money):
        return format_rupiah(value.rupiah, language)
    if isinstance(value, date) and not isinstance(value, datetime):
        return format_date(value, language)
    return value
