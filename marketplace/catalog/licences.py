"""Licences that run out: which rule binds a licence on a day, and the first one of some goods that has lapsed; pure.

The last day of a licence is a day of sale; from the day after, by the calendar of the store, the goods are not sold.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec

LICENCE_NAMES: Final = {"pirt": "P-IRT", "bpom": "BPOM", "halal": "Sertifikat halal", "sni": "SNI"}


class LicenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """One dated rule: goods that carry this kind may be sold only while it is valid; `until_on` is its last day."""

    kind: str
    effective_on: date
    until_on: date | None


class Lapsed(msgspec.Struct, frozen=True, kw_only=True):
    """A licence whose last day has passed."""

    kind: str
    expires_on: date

    @property
    def facts(self) -> dict[str, object]:
        """What a sentence says of it."""
        return {"licence": LICENCE_NAMES[self.kind], "day": self.expires_on}


def read_licence_rule(row: dict[str, Any]) -> LicenceRule:
    """Read a row of licence_rule that came as JSON."""
    return LicenceRule(
        kind=row["kind"],
        effective_on=date.fromisoformat(row["effective_on"]),
        until_on=date.fromisoformat(row["until_on"]) if row["until_on"] else None,
    )


def is_binding(kind: str, rules: Iterable[LicenceRule], *, on: date) -> bool:
    """Whether goods with a licence of this kind may be sold only while it is valid."""
    return any(
        rule.kind == kind and rule.effective_on <= on and (rule.until_on is None or on <= rule.until_on)
        for rule in rules
    )


def first_lapsed(rows: Iterable[dict[str, Any]], *, on: date) -> Lapsed | None:
    """The licence that lapsed first; `rows` are of JSON: kind, expires_on, and the dated `rules` over them."""
    lapsed = [
        Lapsed(kind=row["kind"], expires_on=date.fromisoformat(row["expires_on"]))
        for row in rows
        if row["expires_on"] is not None
        and date.fromisoformat(row["expires_on"]) < on
        and is_binding(row["kind"], [read_licence_rule(rule) for rule in row["rules"] or ()], on=on)
    ]
    return min(lapsed, key=lambda licence: (licence.expires_on, licence.kind), default=None)
