"""Rows of products, stores, listings, stock and partnership offers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from marketplace.formats.dates import WIB, day_of
from marketplace.seeding.organisation_rows import at_noon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketplace.seeding.world import World

Row = tuple[Any, ...]

PRODUCT_COLUMNS = (
    "id",
    "seller_id",
    "category_slug",
    "commodity_code",
    "name",
    "description",
    "unit_code",
    "content_quantity",
    "base_unit",
    "price_rupiah",
    "min_quantity",
    "is_halal",
    "state",
    "popularity",
    "created_at",
    "updated_at",
)
TIER_COLUMNS = ("product_id", "from_quantity", "price_rupiah")
UNIT_COLUMNS = ("product_id", "unit_code", "factor")
_PACKED_IN: Final = {
    "botol": (("dus", 24),),
    "bungkus": (("dus", 12),),
    "butir": (("tray", 30),),
    "sachet": (("renteng", 10), ("dus", 120)),
}
LICENCE_COLUMNS = ("product_id", "kind", "number", "expires_on")
STORE_COLUMNS = (
    "id",
    "cooperative_id",
    "name",
    "village_code",
    "address",
    "phone",
    "latitude",
    "longitude",
    "is_delivering",
    "delivery_fee_rupiah",
    "next_receipt_number",
)
HOURS_COLUMNS = ("store_id", "weekday", "opens_at", "closes_at")
COVERAGE_COLUMNS = ("store_id", "village_code")
LISTING_COLUMNS = (
    "id",
    "store_id",
    "product_id",
    "source",
    "price_rupiah",
    "member_price_rupiah",
    "cost_rupiah",
    "fee_basis_points",
    "listed_at",
)
OFFER_COLUMNS = (
    "id",
    "partner_id",
    "title",
    "description",
    "pattern",
    "subject",
    "category_slug",
    "unit_code",
    "min_quantity",
    "quota",
    "region_code",
    "starts_on",
    "ends_on",
    "payment_term",
    "payment_days",
    "state",
    "created_at",
)
OFFER_TIER_COLUMNS = ("offer_id", "from_quantity", "price_rupiah")
APPLICATION_COLUMNS = (
    "offer_id",
    "cooperative_id",
    "quantity",
    "unit_price_rupiah",
    "independence_declared_at",
    "note",
    "state",
    "reason",
    "applied_at",
    "decided_at",
)

DEMAND_COLUMNS = ("product_id", "day", "order_count")
DEMAND_DAY_COLUMNS = ("day",)

_DAYS_OF_DEMAND = 90
_APPLICANTS_OF_AN_OFFER = 4
_DECLINE_REASON = "Jadwal pengiriman ke wilayah ini sudah penuh sampai akhir bulan."
_APPLICATION_NOTE = "Gerai kami siap menerima barang setiap hari kerja."


def product_rows(world: World, ids: range, organisation_ids: Mapping[str, int]) -> list[Row]:
    """One row for each product, as old as its seller's approval."""
    rows: list[Row] = []
    for product_id, product in zip(ids, world.catalogue.products, strict=True):
        seller = world.catalogue.sellers[product.seller_index]
        created_at = at_noon(seller.verified_on)
        rows.append(
            (
                product_id,
                organisation_ids[seller.key],
                product.category,
                product.commodity,
                product.name,
                product.description,
                product.unit,
                product.content_amount,
                product.content_unit,
                product.price_rupiah,
                product.minimum_quantity,
                product.is_halal,
                product.state,
                product.popularity,
                created_at,
                created_at,
            )
        )
    return rows


def demand_rows(world: World, ids: range) -> list[Row]:
    """Say how wanted each product is as what was handed over the day before: the orders of the demo are few."""
    day = day_of(world.now, WIB) - timedelta(days=1)
    return [
        (product_id, day, product.popularity)
        for product_id, product in zip(ids, world.catalogue.products, strict=True)
        if product.popularity
    ]


def demand_day_rows(world: World) -> list[Row]:
    """Count the days of the invented trade as counted: `demand_rows` stands for them."""
    return [(day_of(world.now, WIB) - timedelta(days=days),) for days in range(1, _DAYS_OF_DEMAND + 1)]


def tier_rows(world: World, ids: range) -> list[Row]:
    """List the grosir steps of all products."""
    return [
        (product_id, tier.minimum_quantity, tier.price_rupiah)
        for product_id, product in zip(ids, world.catalogue.products, strict=True)
        for tier in product.tiers
    ]


def unit_rows(world: World, ids: range) -> list[Row]:
    """List the larger units of goods that are sold grosir: a carton of bottles, a strip of sachets."""
    return [
        (product_id, unit_code, factor)
        for product_id, product in zip(ids, world.catalogue.products, strict=True)
        if product.tiers
        for unit_code, factor in _PACKED_IN.get(product.unit, ())
    ]


def licence_rows(world: World, ids: range) -> list[Row]:
    """List the licences of all products; the table knows BPOM's prefixes as one kind."""
    return [
        (
            product_id,
            "bpom" if licence.kind in {"bpom_md", "bpom_tr", "bpom_na"} else licence.kind,
            licence.number,
            licence.expires_on,
        )
        for product_id, product in zip(ids, world.catalogue.products, strict=True)
        for licence in product.licences
    ]


def store_rows(
    world: World,
    ids: range,
    organisation_ids: Mapping[str, int],
    *,
    positions: Mapping[str, tuple[float, float]],
    next_receipt_numbers: Sequence[int],
) -> list[Row]:
    """One store for each cooperative, at its village's known centre or else the approximate one."""
    rows: list[Row] = []
    for index, (store_id, cooperative) in enumerate(zip(ids, world.cooperatives, strict=True)):
        latitude, longitude = positions.get(cooperative.village_code, (cooperative.latitude, cooperative.longitude))
        rows.append(
            (
                store_id,
                organisation_ids[cooperative.key],
                cooperative.store_name,
                cooperative.village_code,
                cooperative.address,
                cooperative.phone,
                latitude,
                longitude,
                cooperative.delivery_fee_rupiah is not None,
                cooperative.delivery_fee_rupiah or 0,
                next_receipt_numbers[index],
            )
        )
    return rows


def hours_rows(world: World, ids: range) -> list[Row]:
    """List the opening hours of all stores."""
    return [
        (store_id, hours.weekday, hours.opens_at, hours.closes_at)
        for store_id, cooperative in zip(ids, world.cooperatives, strict=True)
        for hours in cooperative.hours
    ]


def coverage_rows(world: World, ids: range) -> list[Row]:
    """List the villages that stores deliver to besides their own."""
    return [
        (store_id, village_code)
        for store_id, cooperative in zip(ids, world.cooperatives, strict=True)
        for village_code in cooperative.coverage_codes
    ]


def listing_rows(world: World, ids: range, *, product_ids: range, store_ids: range) -> list[Row]:
    """Say what each store lists."""
    return [
        (
            listing_id,
            store_ids[listing.store_index],
            product_ids[listing.product_index],
            listing.source,
            listing.price_rupiah,
            listing.member_price_rupiah,
            listing.cost_rupiah,
            listing.fee_basis_points,
            at_noon(listing.listed_on),
        )
        for listing_id, listing in zip(ids, world.listings, strict=True)
    ]


def offer_rows(world: World, ids: range, organisation_ids: Mapping[str, int]) -> list[Row]:
    """List the partnership offers, all published."""
    return [
        (
            offer_id,
            organisation_ids[offer.partner_key],
            offer.title,
            offer.description,
            offer.pattern,
            offer.subject,
            offer.category,
            offer.unit,
            offer.minimum_quantity,
            offer.quota,
            offer.region_code,
            offer.starts_on,
            offer.ends_on,
            offer.payment_term,
            offer.payment_days,
            "published",
            at_noon(offer.starts_on),
        )
        for offer_id, offer in zip(ids, world.offers, strict=True)
    ]


def offer_tier_rows(world: World, ids: range) -> list[Row]:
    """List the price ladders of all offers."""
    return [
        (offer_id, tier.minimum_quantity, tier.price_rupiah)
        for offer_id, offer in zip(ids, world.offers, strict=True)
        for tier in offer.ladder
    ]


def application_rows(world: World, ids: range, organisation_ids: Mapping[str, int]) -> list[Row]:
    """Let a few busy cooperatives of each offer's region apply; some wait, some were accepted or declined."""
    random = Random("applications")  # noqa: S311
    rows: list[Row] = []
    used: Counter[str] = Counter()
    for offer_id, offer in zip(ids, world.offers, strict=True):
        near = [
            cooperative
            for cooperative in world.cooperatives
            if cooperative.size == "busy" and cooperative.village_code.startswith(offer.region_code)
        ]
        near.sort(key=lambda cooperative: used[cooperative.key])
        for position, cooperative in enumerate(near[:_APPLICANTS_OF_AN_OFFER]):
            used[cooperative.key] += 1
            applied_at = at_noon(offer.starts_on) + timedelta(days=random.randrange(1, 12), minutes=position)
            state = ("applied", "accepted", "declined", "applied")[position]
            decided_at = None if state == "applied" else applied_at + timedelta(days=2)
            rows.append(
                (
                    offer_id,
                    organisation_ids[cooperative.key],
                    offer.minimum_quantity,
                    offer.ladder[0].price_rupiah,
                    applied_at,
                    _APPLICATION_NOTE,
                    state,
                    _DECLINE_REASON if state == "declined" else "",
                    applied_at,
                    decided_at,
                )
            )
    return rows
