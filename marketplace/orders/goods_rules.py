"""Rules that goods are under at the moment of selling: licences, the price ceiling in force, the purchase limit.

A listing's price is judged when it is saved, a licence when the goods are published; a decree that comes later, a limit
or a licence that ran out binds the next sale all the same, by the day of the store.
Pure: the rows come with the basket or the counter's goods (catalog's columns, `RULE_COLUMNS`).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

import msgspec

from marketplace.catalog import Commodity, first_lapsed, judge_price, limit_in_force, read_ceiling, read_limit
from marketplace.errors import InvalidError
from marketplace.formats.dates import day_of
from marketplace.orders.errors import LicenceExpiredError, PriceAboveCeilingError
from marketplace.orders.plan import Row
from payments import Money

RULE_COLUMNS: Final = """m.code AS commodity_code, m.name_id AS commodity_name, m.base_unit AS commodity_unit,
           m.is_ceiling_required, p.content_quantity, p.name"""
"""Columns that both statements read of `product p LEFT JOIN commodity m`."""

RULE_CEILINGS: Final = """(
            SELECT jsonb_agg(to_jsonb(c)) FROM price_ceiling c
            WHERE c.commodity_code = p.commodity_code AND c.kind = 'het'
              AND (c.region_code IS NULL OR starts_with(s.village_code || '.', c.region_code || '.'))
        )"""
"""The dated HET rows of `product p` where `store s` lies, all days: which is in force is judged here."""

RULE_LIMITS: Final = """(
            SELECT jsonb_agg(to_jsonb(c)) FROM purchase_limit c WHERE c.commodity_code = p.commodity_code
        )"""
"""The dated purchase limits of the commodity of `product p`."""

RULE_LICENCES: Final = """(
            SELECT jsonb_agg(jsonb_build_object('kind', e.kind, 'expires_on', e.expires_on, 'rules', (
                SELECT jsonb_agg(to_jsonb(c)) FROM licence_rule c
                WHERE c.kind = e.kind AND (c.category_slug IS NULL OR c.category_slug = p.category_slug))))
            FROM product_licence e WHERE e.product_id = p.id AND e.expires_on IS NOT NULL
        )"""
"""The licences of `product p` that end some day, each with the dated rules over its kind."""


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """One line about to be sold, with the row that knows its rules."""

    row: Row
    quantity: int
    unit_price_rupiah: int


def check_goods_rules(goods: Iterable[Bought], *, now: datetime) -> None:
    """Refuse a purchase under a lapsed licence or above a limit or a ceiling, by the store's day.

    A limit is for the commodity, in base units: two packings of the same rice count together.

    Raises:
        LicenceExpiredError: a licence of the goods has run out.
        InvalidError: more than one purchase may hold.
        PriceAboveCeilingError: above the HET in force, or none is set where one must be.

    """
    bought: Counter[str] = Counter()
    for line in goods:
        row = line.row
        today = day_of(now, row["time_zone"])
        if row["licences"] and (lapsed := first_lapsed(row["licences"], on=today)) is not None:
            raise LicenceExpiredError(None, name=row["name"], **lapsed.facts)
        if row["commodity_code"] is None:
            continue
        limit = limit_in_force([read_limit(entry) for entry in row["limits"] or ()], on=today)
        content = row["content_quantity"]
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
        _check_ceiling(line, today=today)


def _check_ceiling(line: Bought, *, today: date) -> None:
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
        on=today,
    )
    if verdict.is_refused:
        raise PriceAboveCeilingError(
            name=row["name"],
            price=Money(line.unit_price_rupiah),
            is_missing=verdict.outcome == "missing",
            **verdict.facts,
        )
