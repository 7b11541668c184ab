"""Twelve partnership offers and the regional enterprises (BUMD) that publish them in the demonstration.

The enterprises are public institutions; every offer, price and quota is invented and marked as demo data.
"""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.seeding.specs import OfferSpec, PartnerSpec, TierSpec
from marketplace.seeding.villages import read_data

DEMO_NOTE = "Data demo: penawaran ini contoh dan tidak pernah dibuat oleh lembaga yang disebut."
_OPEN_DAYS_BEFORE = 30


def build_partners() -> tuple[PartnerSpec, ...]:
    """List the enterprises, in file order."""
    return tuple(
        PartnerSpec(
            key=row["key"],
            name=row["name"],
            legal_form=row["legal_form"],
            region_code=row["region_code"],
            field=row["field"],
            description=f"{row['description']} {DEMO_NOTE}",
        )
        for row in read_data("offers.toml")["partner"]
    )


def build_offers(*, today: date) -> tuple[OfferSpec, ...]:
    """List the offers; each opened in the past weeks and closes in the coming months."""
    return tuple(
        OfferSpec(
            key=row["key"],
            partner_key=row["partner"],
            title=row["title"],
            pattern=row["pattern"],
            subject=row["subject"],
            category=row.get("category"),
            unit=row["unit"],
            ladder=tuple(_tier(text) for text in row["ladder"]),
            minimum_quantity=row["minimum"],
            quota=row["quota"],
            region_code=row["region"],
            starts_on=today - timedelta(days=_OPEN_DAYS_BEFORE + position),
            ends_on=today + timedelta(days=row["days"]),
            payment_term=row["payment"],
            payment_days=row.get("payment_days"),
            description=f"{row['description']}\n\n{DEMO_NOTE}",
        )
        for position, row in enumerate(read_data("offers.toml")["offer"])
    )


def _tier(text: str) -> TierSpec:
    quantity, _, price = text.partition("=")
    return TierSpec(int(quantity), int(price))
