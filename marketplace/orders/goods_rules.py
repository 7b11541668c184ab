"""Rules that goods are under at the moment of selling: the price ceiling in force, and how much one purchase may hold.

A listing's price is judged when it is saved; a decree that comes later, or a limit, binds the next sale all the same.
Pure: the rows come with the basket or the counter's goods (catalog's columns, `RULE_COLUMNS`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from marketplace.catalog import Commodity, judge_price, read_ceiling
from marketplace.errors import InvalidError
from marketplace.formats.dates import day_of
from marketplace.formats.rupiah import format_rupiah
from marketplace.orders.errors import PriceAboveCeilingError
from marketplace.orders.plan import Row
from payments import Money

RULE_COLUMNS: Final = """m.code AS commodity_code, m.name_id AS commodity_name, m.base_unit AS commodity_unit,
           m.is_ceiling_required, m.purchase_limit_quantity, p.content_quantity, p.name"""
"""Columns that both statements read of `product p LEFT JOIN commodity m`."""

RULE_CEILINGS: Final = """(
            SELECT jsonb_agg(to_jsonb(c)) FROM price_ceiling c
            WHERE c.commodity_code = p.commodity_code AND c.kind = 'het'
              AND (c.region_code IS NULL OR starts_with(s.village_code || '.', c.region_code || '.'))
        )"""
"""The dated HET rows of `product p` where `store s` lies, all days: which is in force is judged here."""


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """One line about to be sold, with the row that knows its rules."""

    row: Row
    quantity: int
    unit_price_rupiah: int


def check_goods_rules(goods: Iterable[Bought], *, now: datetime) -> None:
    """Refuse a purchase that is above a limit or a ceiling, by the store's day.

    A limit is for the commodity, in base units: two packings of the same rice count together.

    Raises:
        InvalidError: more than one purchase may hold.
        PriceAboveCeilingError: above the HET in force, or none is set where one must be.

    """
    bought: Counter[str] = Counter()
    for line in goods:
        row = line.row
        if row["commodity_code"] is None:
            continue
        limit, content = row["purchase_limit_quantity"], row["content_quantity"]
        before = bought[row["commodity_code"]]
        bought[row["commodity_code"]] += line.quantity * content
        if limit is not None and bought[row["commodity_code"]] > limit:
            if before:
                together = "Semua kemasan {commodity} bersama-sama dibatasi paling banyak {most} {unit} per pembelian."
                raise InvalidError(
                    together,
                    commodity=row["commodity_name"],
                    most=f"{limit:,}".replace(",", "."),
                    unit=row["commodity_unit"],
                )
            message = "{name} dibatasi paling banyak {most} per pembelian."
            raise InvalidError(message, name=row["name"], most=limit // content)
        _check_ceiling(line, now=now)


def _check_ceiling(line: Bought, *, now: datetime) -> None:
    row = line.row
    verdict = judge_price(
        Money(line.unit_price_rupiah),
        content_quantity=row["content_quantity"],
        commodity=Commodity(
            code=row["commodity_code"],
            name_id=row["commodity_name"],
            base_unit=row["commodity_unit"],
            is_ceiling_required=row["is_ceiling_required"],
        ),
        ceilings=[read_ceiling(entry) for entry in row["ceilings"] or ()],
        region_code=row["store_village_code"],
        on=day_of(now, row["time_zone"]),
    )
    if verdict.is_refused:
        raise PriceAboveCeilingError(
            name=row["name"],
            price=format_rupiah(line.unit_price_rupiah),
            is_missing=verdict.outcome == "missing",
            **verdict.facts,
        )
