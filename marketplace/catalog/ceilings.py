"""Price ceilings and purchase limits: which dated rule is in force for a commodity at a place on a day, what it says.

HET (harga eceran tertinggi) refuses, HAP (harga acuan penjualan) warns. Prices are compared for what a unit holds:
5 kg at 62.500 is 12.500 a kilogram. Rows come from the database; their figures and sources stand in data/.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, Literal

import msgspec

from payments.money import Money

CeilingKind = Literal["het", "hap"]
_PER_NAMES: Final = {
    ("gram", 1000): "kg",
    ("gram", 3000): "3 kg",
    ("ml", 1000): "liter",
    ("pcs", 1): "buah",
}


class Commodity(msgspec.Struct, frozen=True, kw_only=True):
    """Goods under a price rule; `base_unit` is gram, ml or pcs."""

    code: str
    name_id: str
    base_unit: str
    is_ceiling_required: bool = False
    is_counter_only: bool = False


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """One dated rule: `amount_rupiah` for `per_quantity` base units; `until_on` is its last day."""

    commodity_code: str
    kind: CeilingKind
    region_code: str | None
    per_quantity: int
    amount_rupiah: int
    effective_on: date
    until_on: date | None
    rule: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say of a price: the sentence with its facts, and whether it refuses or only warns."""

    outcome: Literal["fine", "above_het", "above_hap", "missing"]
    message: str = ""
    facts: dict[str, object] = {}

    @property
    def is_refused(self) -> bool:
        """Whether the goods may not be sold at this price."""
        return self.outcome in ("above_het", "missing")


_SENTENCES: Final = {
    "missing": "HET belum diisi untuk {commodity} di wilayah ini, jadi belum boleh dijual. Hubungi dinas.",
    "above_het": (
        "Melebihi HET {commodity} {amount}/{per} ({rule}) sejak {since}. Untuk isi barang ini paling tinggi {highest}."
    ),
    "above_hap": (
        "Di atas harga acuan {commodity} {amount}/{per} ({rule})."
        " Untuk isi barang ini acuannya {highest}. Harga tetap bisa dipakai."
    ),
}

_FINE: Final = Verdict(outcome="fine")


def read_ceiling(row: dict[str, Any]) -> Ceiling:
    """Read a row of price_ceiling that came as JSON."""
    return Ceiling(
        commodity_code=row["commodity_code"],
        kind=row["kind"],
        region_code=row["region_code"],
        per_quantity=row["per_quantity"],
        amount_rupiah=row["amount_rupiah"],
        effective_on=date.fromisoformat(row["effective_on"]),
        until_on=date.fromisoformat(row["until_on"]) if row["until_on"] else None,
        rule=row["rule"],
    )


class PurchaseLimit(msgspec.Struct, frozen=True, kw_only=True):
    """One dated limit: at most `most_quantity` base units in one purchase; `until_on` is its last day."""

    most_quantity: int
    effective_on: date
    until_on: date | None


def read_limit(row: dict[str, Any]) -> PurchaseLimit:
    """Read a row of purchase_limit that came as JSON."""
    return PurchaseLimit(
        most_quantity=row["most_quantity"],
        effective_on=date.fromisoformat(row["effective_on"]),
        until_on=date.fromisoformat(row["until_on"]) if row["until_on"] else None,
    )


def limit_in_force(limits: Sequence[PurchaseLimit], *, on: date) -> int | None:
    """Base units that one purchase may hold on a day; None where it may hold any number."""
    found = [limit for limit in limits if limit.effective_on <= on and (limit.until_on is None or on <= limit.until_on)]
    latest = max(found, key=lambda limit: limit.effective_on, default=None)
    return None if latest is None else latest.most_quantity


def ceiling_in_force(ceilings: Sequence[Ceiling], *, kind: CeilingKind, region_code: str, on: date) -> Ceiling | None:
    """Find the rule for a place and a day: a local decree before the province's zone before the whole country."""
    found = [
        ceiling
        for ceiling in ceilings
        if ceiling.kind == kind
        and ceiling.effective_on <= on
        and (ceiling.until_on is None or on <= ceiling.until_on)
        and (
            ceiling.region_code is None
            or region_code == ceiling.region_code
            or region_code.startswith(f"{ceiling.region_code}.")
        )
    ]
    return max(found, key=lambda ceiling: (len(ceiling.region_code or ""), ceiling.effective_on), default=None)


def highest_price(ceiling: Ceiling, content_quantity: int) -> Money:
    """Highest whole-rupiah price of a unit that holds `content_quantity` base units; a fraction is the buyer's."""
    return Money(ceiling.amount_rupiah * content_quantity // ceiling.per_quantity)


def judge_price(
    price: Money,
    *,
    content_quantity: int,
    commodity: Commodity,
    ceilings: Sequence[Ceiling],
    region_code: str,
    on: date,
) -> Verdict:
    """Judge the price of one unit that holds `content_quantity` base units of the commodity."""
    het = ceiling_in_force(ceilings, kind="het", region_code=region_code, on=on)
    if het is None and commodity.is_ceiling_required:
        return Verdict(
            outcome="missing",
            message=_SENTENCES["missing"],
            facts={"commodity": commodity.name_id},
        )
    if het is not None and price > (highest := highest_price(het, content_quantity)):
        return Verdict(
            outcome="above_het",
            message=_SENTENCES["above_het"],
            facts={**_facts(het, commodity), "highest": highest},
        )
    hap = ceiling_in_force(ceilings, kind="hap", region_code=region_code, on=on)
    if hap is not None and price > (highest := highest_price(hap, content_quantity)):
        return Verdict(
            outcome="above_hap",
            message=_SENTENCES["above_hap"],
            facts={**_facts(hap, commodity), "highest": highest},
        )
    return _FINE


def _facts(ceiling: Ceiling, commodity: Commodity) -> dict[str, object]:
    per = _PER_NAMES.get((commodity.base_unit, ceiling.per_quantity), f"{ceiling.per_quantity} {commodity.base_unit}")
    return {
        "commodity": commodity.name_id,
        "amount": Money(ceiling.amount_rupiah),
        "per": per,
        "rule": ceiling.rule,
        "since": ceiling.effective_on,
    }
