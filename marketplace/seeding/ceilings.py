"""The price rules of a day for the generators, read from the file that area `catalog` loads into its tables.

Checking a price that somebody enters belongs to `catalog`; the generators here only stay below the ceilings.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from marketplace.seeding.specs import PriceRuleSpec

if TYPE_CHECKING:
    from datetime import date

ZONE_OF_BEKASI = "1"


@cache
def price_rules() -> tuple[PriceRuleSpec, ...]:
    """All known rules, oldest first within each commodity and zone."""
    text = (resources.files("marketplace.catalog") / "data" / "ceilings.toml").read_text(encoding="utf-8")
    rules = [
        PriceRuleSpec(
            kind=row["kind"],
            commodity=row["commodity"],
            zone=zone,
            amount_rupiah=amount,
            per_amount=row["per"],
            effective_from=row["effective_on"],
            effective_until=row.get("until_on"),
        )
        for row in tomllib.loads(text)["ceiling"]
        for zone, amount in row["amounts"].items()
    ]
    return tuple(sorted(rules, key=lambda rule: (rule.commodity, rule.kind, rule.zone, rule.effective_from)))


def rule_on(
    commodity: str, on: date, *, kind: Literal["het", "hap"], zone: str = ZONE_OF_BEKASI
) -> PriceRuleSpec | None:
    """Find the rule in force on a day for a zone, or for the whole country where zones do not differ."""
    return next(
        (
            rule
            for rule in price_rules()
            if rule.commodity == commodity
            and rule.kind == kind
            and rule.zone in {zone, "nasional"}
            and rule.effective_from <= on
            and (rule.effective_until is None or on <= rule.effective_until)
        ),
        None,
    )


def highest_price(commodity: str, content_amount: int, on: date) -> int | None:
    """Give the highest whole rupiah a package of `content_amount` base units may cost in Bekasi, or None."""
    rule = rule_on(commodity, on, kind="het")
    return None if rule is None else rule.amount_rupiah * content_amount // rule.per_amount
