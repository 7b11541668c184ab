"""Dated price rules: ceilings (HET), reference prices (HAP) and Bulog's supply prices, with rule and source.

Rows are facts of the field as published up to 2026; the rule for a day is the latest row whose period holds it.
Checking a price against them belongs to area `catalog`; the generators here only stay below them.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from marketplace.seeding.specs import PriceRuleSpec

ZONE_OF_BEKASI = "1"


@cache
def price_rules() -> tuple[PriceRuleSpec, ...]:
    """All known rules, oldest first within each commodity and zone."""
    text = (resources.files("marketplace.seeding") / "data" / "price_rules.toml").read_text(encoding="utf-8")
    rules = [
        _to_rule(row, zone, amount) for row in tomllib.loads(text)["rule"] for zone, amount in row["zones"].items()
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


def _to_rule(row: dict[str, Any], zone: str, amount: int) -> PriceRuleSpec:
    return PriceRuleSpec(
        kind=row["kind"],
        commodity=row["commodity"],
        zone=zone,
        amount_rupiah=amount,
        per_amount=row["per_amount"],
        base_unit=row["base_unit"],
        effective_from=cast("date", row["from"]),
        effective_until=cast("date | None", row.get("until")),
        rule=row["rule"],
        source=row["source"],
    )
