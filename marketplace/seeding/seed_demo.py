"""Load the demonstration into an empty or a used database: all of it in one transaction, or nothing.

Killed half-way, nothing stands and the next run starts over; loaded before, it is left as it is. The regions and the
reference data of `catalog` must be there; bringing the search index up to date is left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from argon2 import PasswordHasher

from marketplace import clock, database
from marketplace.database import Connection
from marketplace.errors import ConflictError
from marketplace.sealing import current_sealer
from marketplace.seeding import book_rows, goods_rows, organisation_rows, store, trade_rows
from marketplace.seeding.applications import load_applications
from marketplace.seeding.people import AGENCIES, PASSWORD, build_applicants
from marketplace.seeding.specs import PersonSpec
from marketplace.seeding.statements import load_statement
from marketplace.seeding.trade import ORDER_TOTAL
from marketplace.seeding.trade_rows import Ids
from marketplace.seeding.villages import JATIMAKMUR
from marketplace.seeding.world import World, build_world
from payments import import_cash_payments, import_postings

SEED = 1
Progress = Callable[[str], None]


class SeededDemo(msgspec.Struct, frozen=True, kw_only=True):
    """What the demonstration holds; `is_new` is false where it was there already (then the counts are zero)."""

    is_new: bool
    organisations: int = 0
    products: int = 0
    listings: int = 0
    orders: int = 0
    transfers: int = 0


class RegionsMissingError(ConflictError):
    """The demonstration lies in Bekasi, whose regions are not loaded yet."""

    code = "regions_missing"
    default_message = "Data wilayah belum dimuat. Jalankan dulu: lumbung seed regions."


async def seed_demo(
    *,
    seed: int = SEED,
    now: datetime | None = None,
    order_total: int = ORDER_TOTAL,
    progress: Progress = lambda _: None,
) -> SeededDemo:
    """Load the demonstration unless it is there; `progress` hears what is being loaded.

    `now` (aware) is the day on which the ninety days of trade end, the present by default.

    Raises:
        RegionsMissingError: the villages of Bekasi are not in the table of regions.

    """
    async with database.transaction() as connection:
        await store.lock_seeding(connection)
        if await store.has_demonstration(connection):
            return SeededDemo(is_new=False)
        progress("inventing")
        world = build_world(seed, now=now or clock.now(), order_total=order_total)
        await _require_regions(connection, world)
        progress("organisations and people")
        organisation_ids = await _load_organisations(connection, world)
        person_ids = await _load_people(connection, world, organisation_ids)
        await load_applications(connection, now=world.now, person_ids=person_ids, organisation_ids=organisation_ids)
        ids = Ids(
            organisations=organisation_ids,
            people=person_ids,
            products=await store.take_ids(connection, "product", len(world.catalogue.products)),
            stores=await store.take_ids(connection, "store", len(world.cooperatives)),
            listings=await store.take_ids(connection, "listing", len(world.listings)),
            orders=await store.take_ids(connection, "orders", len(world.orders)),
            cashiers=_cashiers(world, person_ids),
        )
        shifts = trade_rows.build_shifts(world)
        progress("goods and stores")
        await _load_goods(connection, world, ids, book_rows.next_receipt_numbers(world, shifts))
        await _load_offers(connection, world, ids)
        progress("orders and stock")
        openings = trade_rows.opening_quantities(world)
        await _load_orders(connection, world, ids)
        await _load_stock(connection, world, ids, openings)
        progress("books")
        transfers = await _load_books(connection, world, ids, shifts, openings)
        pilot = [one.village_code for one in world.cooperatives].index(JATIMAKMUR)
        await load_statement(connection, now=world.now, store_id=ids.stores[pilot], manager_id=person_ids["pengurus"])
    return SeededDemo(
        is_new=True,
        organisations=len(organisation_ids),
        products=len(world.catalogue.products),
        listings=len(world.listings),
        orders=len(world.orders),
        transfers=transfers,
    )


async def _require_regions(connection: Connection, world: World) -> None:
    codes = {
        *(cooperative.village_code for cooperative in world.cooperatives),
        *(partner.region_code for partner in world.partners),
        *(offer.region_code for offer in world.offers),
        *(agency.region_code for agency in AGENCIES),
    }
    if await store.list_missing_regions(connection, sorted(codes)):
        raise RegionsMissingError


async def _load_organisations(connection: Connection, world: World) -> dict[str, int]:
    keys = organisation_rows.organisation_keys(world)
    ids = dict(zip(keys, await store.take_ids(connection, "organisation", len(keys)), strict=True))
    rows = organisation_rows.organisation_rows(world, ids)
    await store.copy_rows(connection, "organisation", organisation_rows.ORGANISATION_COLUMNS, rows)
    history = organisation_rows.status_rows(world, ids)
    await store.copy_rows(connection, "organisation_status", organisation_rows.STATUS_COLUMNS, history)
    return ids


def _everyone(world: World) -> list[PersonSpec]:
    """All people; the demonstration's own cashier stands at the pilot's counter, so no other is needed there."""
    staff = (person for person in world.staff if person.home_village_code != JATIMAKMUR)
    return [*world.people, *staff, *build_applicants()]


def _cashiers(world: World, person_ids: dict[str, int]) -> list[int]:
    return [person_ids["kasir" if person.home_village_code == JATIMAKMUR else person.key] for person in world.staff]


async def _load_people(connection: Connection, world: World, organisation_ids: dict[str, int]) -> dict[str, int]:
    people = _everyone(world)
    ids = dict(
        zip((person.key for person in people), await store.take_ids(connection, "person", len(people)), strict=True)
    )
    rows = organisation_rows.person_rows(
        people,
        ids,
        sealer=current_sealer(),
        password_hash=PasswordHasher().hash(PASSWORD),
        with_password={person.key for person in world.people},
    )
    await store.copy_rows(connection, "person", organisation_rows.PERSON_COLUMNS, rows)
    role_ids = await store.take_ids(connection, "role_assignment", sum(len(person.roles) for person in people))
    roles = organisation_rows.role_rows(people, role_ids, ids, organisation_ids)
    await store.copy_rows(connection, "role_assignment", organisation_rows.ROLE_COLUMNS, roles)
    return ids


async def _load_goods(connection: Connection, world: World, ids: Ids, next_receipt_numbers: list[int]) -> None:
    positions = await store.read_positions(connection, [c.village_code for c in world.cooperatives])
    stores = goods_rows.store_rows(
        world, ids.stores, ids.organisations, positions=positions, next_receipt_numbers=next_receipt_numbers
    )
    listings = goods_rows.listing_rows(world, ids.listings, product_ids=ids.products, store_ids=ids.stores)
    for table, columns, rows in (
        ("product", goods_rows.PRODUCT_COLUMNS, goods_rows.product_rows(world, ids.products, ids.organisations)),
        ("product_demand", goods_rows.DEMAND_COLUMNS, goods_rows.demand_rows(world, ids.products)),
        ("demand_day", goods_rows.DEMAND_DAY_COLUMNS, goods_rows.demand_day_rows(world)),
        ("product_tier", goods_rows.TIER_COLUMNS, goods_rows.tier_rows(world, ids.products)),
        ("product_unit", goods_rows.UNIT_COLUMNS, goods_rows.unit_rows(world, ids.products)),
        ("product_licence", goods_rows.LICENCE_COLUMNS, goods_rows.licence_rows(world, ids.products)),
        ("store", goods_rows.STORE_COLUMNS, stores),
        ("store_hours", goods_rows.HOURS_COLUMNS, goods_rows.hours_rows(world, ids.stores)),
        ("store_coverage", goods_rows.COVERAGE_COLUMNS, goods_rows.coverage_rows(world, ids.stores)),
        ("listing", goods_rows.LISTING_COLUMNS, listings),
    ):
        await store.copy_rows(connection, table, columns, rows)


async def _load_offers(connection: Connection, world: World, ids: Ids) -> None:
    offer_ids = await store.take_ids(connection, "partnership_offer", len(world.offers))
    for table, columns, rows in (
        ("partnership_offer", goods_rows.OFFER_COLUMNS, goods_rows.offer_rows(world, offer_ids, ids.organisations)),
        ("partnership_offer_tier", goods_rows.OFFER_TIER_COLUMNS, goods_rows.offer_tier_rows(world, offer_ids)),
        (
            "partnership_application",
            goods_rows.APPLICATION_COLUMNS,
            goods_rows.application_rows(world, offer_ids, ids.organisations),
        ),
    ):
        await store.copy_rows(connection, table, columns, rows)
    await store.sum_accepted(connection)


async def _load_orders(connection: Connection, world: World, ids: Ids) -> None:
    online = [index for index, order in enumerate(world.orders) if order.channel == "online"]
    checkout_ids = dict(zip(online, await store.take_ids(connection, "checkout", len(online)), strict=True))
    orders = trade_rows.order_rows(world, ids, checkout_ids, sealer=current_sealer())
    for table, columns, rows in (
        ("checkout", trade_rows.CHECKOUT_COLUMNS, trade_rows.checkout_rows(world, ids, checkout_ids)),
        ("orders", trade_rows.ORDER_COLUMNS, orders),
        ("order_line", trade_rows.LINE_COLUMNS, trade_rows.line_rows(world, ids)),
        ("order_history", trade_rows.HISTORY_COLUMNS, trade_rows.history_rows(world, ids)),
    ):
        await store.copy_rows(connection, table, columns, rows)
    await store.describe_routing(connection, ids.orders[0])


async def _load_stock(connection: Connection, world: World, ids: Ids, openings: dict[int, int]) -> None:
    for table, columns, rows in (
        ("stock", trade_rows.STOCK_COLUMNS, trade_rows.stock_rows(world, ids, openings)),
        ("stock_movement", trade_rows.MOVEMENT_COLUMNS, trade_rows.movement_rows(world, ids, openings)),
        ("reservation", trade_rows.RESERVATION_COLUMNS, trade_rows.reservation_rows(world, ids)),
    ):
        await store.copy_rows(connection, table, columns, rows)


async def _load_books(
    connection: Connection, world: World, ids: Ids, shifts: list[trade_rows.Shift], openings: dict[int, int]
) -> int:
    shift_ids = await store.take_ids(connection, "shift", len(shifts))
    shift_rows = trade_rows.shift_rows(shifts, shift_ids, ids)
    await store.copy_rows(connection, "shift", trade_rows.SHIFT_COLUMNS, shift_rows)
    tills = book_rows.Tills(shifts, shift_ids)
    payment_ids, refund_ids = await import_cash_payments(connection, book_rows.cash_payments(world, ids, tills))
    receipts = book_rows.receipt_rows(world, ids, shifts, tills, payment_ids, refund_ids)
    await store.copy_rows(connection, "receipt", book_rows.RECEIPT_COLUMNS, receipts)
    return await import_postings(connection, book_rows.postings(world, ids, shifts, shift_ids, openings))
