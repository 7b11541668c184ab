"""Price rules are dated rows: each day has its own answer."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from marketplace.seeding.ceilings import highest_price, price_rules, rule_on


@pytest.mark.parametrize(
    ("commodity", "zone", "on", "amount_rupiah"),
    [
        ("beras-medium", "1", date(2025, 8, 21), 12_500),
        ("beras-medium", "1", date(2025, 8, 22), 13_500),
        ("beras-medium", "3", date(2026, 11, 22), 15_500),
        ("beras-premium", "1", date(2026, 11, 22), 14_900),
        ("beras-sphp", "1", date(2026, 11, 22), 12_500),
        ("minyakita", "1", date(2025, 12, 25), 15_700),
        ("minyakita", "2", date(2026, 11, 22), 15_700),
        ("urea", "1", date(2025, 10, 21), 2_250),
        ("urea", "1", date(2025, 10, 22), 1_800),
        ("lpg-3kg", "32.16", date(2026, 11, 22), 18_750),
    ],
)
def test_ceiling_on_a_day_is_the_published_amount(commodity: str, zone: str, on: date, amount_rupiah: int) -> None:
    rule = rule_on(commodity, on, kind="het", zone=zone)
    assert rule is not None
    assert rule.amount_rupiah == amount_rupiah


def test_package_ceiling_scales_with_content() -> None:
    assert highest_price("beras-sphp", 5_000, date(2026, 11, 22)) == 62_500
    assert highest_price("minyakita", 12_000, date(2026, 11, 22)) == 188_400
    assert highest_price("gula-pasir", 1_000, date(2026, 11, 22)) is None


def test_lpg_has_no_ceiling_in_the_city() -> None:
    assert rule_on("lpg-3kg", date(2026, 11, 22), kind="het", zone="32.75") is None


def test_rules_of_one_commodity_and_zone_never_overlap() -> None:
    rules = price_rules()
    for first, second in pairwise(rules):
        if (first.commodity, first.kind, first.zone) == (second.commodity, second.kind, second.zone):
            assert first.effective_until is not None
            assert first.effective_until < second.effective_from
