"""The world of the proof: a store that takes money every way, its people, its own goods and those of two suppliers."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor, Hat
from marketplace.books import book_of, supplier_reference_of
from marketplace.database import Connection
from marketplace.ids import ListingId, OrganisationId, PersonId, ProductId, StoreId
from payments import register_bank_account, register_qris
from payments.stripe import connect_account, take_cards
from payments.stripe.facts import AccountFact
from tests.factories_trade import make_listing, make_organisation, make_seller_product, make_store
from tests.orders.people import make_signed_in
from tests.payments.test_qris import STATIC

PHONE = "+6281200000001"
# What the fake calls its first account, which is the first supplier's.
ACCOUNT = "acct_fake00000001"
# And its second one, which is the cooperative's.
OWN_ACCOUNT = "acct_fake00000002"
_TICK = timedelta(milliseconds=1)


class Time:
    """A clock that only the test moves; no two looks show the same instant. Ahead of the database's own."""

    def __init__(self) -> None:
        """Begin tomorrow in the morning, far from midnight."""
        self.begin()

    def begin(self) -> None:
        """Go back to where it began."""
        self.instant = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def now(self) -> datetime:
        """What `clock.now` says."""
        self.instant += _TICK
        return self.instant

    @contextmanager
    def told(self) -> Iterator["Time"]:
        """Let the marketplace read this clock."""
        with patch.object(clock, "now", self.now):
            yield self


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Names of what is in it. `goods` are, in this order: the first supplier's chips, own rice, the second's oil."""

    store_id: StoreId
    cooperative_id: OrganisationId
    suppliers: tuple[OrganisationId, OrganisationId]
    products: tuple[ProductId, ...]
    listings: tuple[ListingId, ...]
    member: PersonId
    cashiers: tuple[Actor, Actor]
    manager: Actor
    board: Actor
    sellers: tuple[Actor, Actor]

    @property
    def book(self) -> str:
        """The store's book."""
        return book_of(self.store_id)


async def make_world(url: str) -> World:
    """Make it in the database at `url`."""
    await database.open_pool(url, size=2)
    try:
        async with database.connection() as connection:
            store_id = await make_store(connection)
            suppliers = (
                await make_organisation(connection, kind="seller"),
                await make_organisation(connection, kind="seller"),
            )
            products, listings = await _make_goods(connection, store_id, suppliers)
            world = await _with_people(connection, store_id, suppliers, products, listings)
        async with database.transaction() as connection:
            await _open_ways(connection, world)
    finally:
        await database.close_pool()
    return world


async def _make_goods(
    connection: Connection, store_id: StoreId, suppliers: tuple[OrganisationId, OrganisationId]
) -> tuple[tuple[ProductId, ...], tuple[ListingId, ...]]:
    products, listings = [], []
    for seller, source, price, fee, cost in (
        (suppliers[0], "consignment", 14_900, 2_000, 0),
        (suppliers[1], "own_stock", 65_000, 0, 60_001),
        (suppliers[1], "consignment", 18_500, 1_234, 0),
    ):
        product = await make_seller_product(connection, seller_id=seller)
        products.append(product)
        listings.append(
            await make_listing(
                connection,
                store_id=store_id,
                product_id=product,
                source=source,
                price_rupiah=price,
                member_price_rupiah=price - 500 if source == "own_stock" else None,
                fee_basis_points=fee,
                cost_rupiah=cost,
                stock=15,
            )
        )
    return tuple(products), tuple(listings)


async def _with_people(
    connection: Connection,
    store_id: StoreId,
    suppliers: tuple[OrganisationId, OrganisationId],
    products: tuple[ProductId, ...],
    listings: tuple[ListingId, ...],
) -> World:
    cooperative = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", store_id)

    async def hire(role: str, owner: OrganisationId, kind: str) -> Actor:
        person, _ = await make_signed_in(connection, role=role, organisation_id=owner)
        hat = Hat(
            assignment_id=1,
            role=role,
            organisation_id=owner,
            organisation_kind=kind,
            organisation_name="Uji",
            store_id=store_id if kind == "cooperative" else None,
        )
        return Actor(person_id=person, hat=hat)

    member, _ = await make_signed_in(connection, role="member", organisation_id=cooperative, phone=PHONE)
    return World(
        store_id=store_id,
        cooperative_id=cooperative,
        suppliers=suppliers,
        products=products,
        listings=listings,
        member=member,
        cashiers=(
            await hire("cashier", cooperative, "cooperative"),
            await hire("cashier", cooperative, "cooperative"),
        ),
        manager=await hire("store_manager", cooperative, "cooperative"),
        board=await hire("pengurus", cooperative, "cooperative"),
        sellers=(
            await hire("seller_owner", suppliers[0], "seller"),
            await hire("seller_owner", suppliers[1], "seller"),
        ),
    )


async def _open_ways(connection: Connection, world: World) -> None:
    at = clock.now()
    await register_qris(connection, book=world.book, text=STATIC, at=at, author="system")
    await register_bank_account(
        connection, book=world.book, bank="BRI", number="012345678901234", holder="Koperasi Uji", at=at, author="system"
    )
    await take_cards(connection, book=world.book, at=at, author="system")
    for owner, account_id in ((world.suppliers[0], ACCOUNT), (world.cooperative_id, OWN_ACCOUNT)):
        await connect_account(
            connection,
            owner=supplier_reference_of(owner),
            fact=AccountFact(account_id=account_id, may_receive=True),
            at=at,
        )


class Databases:
    """A template with the world in it, and a fresh copy for each run of the machine."""

    def __init__(self, admin_url: str, template_url: str, time: Time) -> None:
        """Copy the migrated template and make the world in it."""
        self._admin_url, self._count = admin_url, 0
        self._name = f"proof_{datetime.now(UTC):%H%M%S%f}"
        self._template = template_url.partition("?")[0].rsplit("/", 1)[1]
        self._template_url = template_url
        self._execute(f'CREATE DATABASE "{self._name}" TEMPLATE "{self._template}"')
        with time.told():
            self.world = asyncio.run(make_world(self._url_of(self._name)))

    def _url_of(self, name: str) -> str:
        return self._template_url.replace(f"/{self._template}", f"/{name}", 1)

    def copy(self) -> str:
        """Make a fresh copy and drop the one before; where it is."""
        self.drop_copy()
        self._count += 1
        self._execute(f'CREATE DATABASE "{self._name}_{self._count}" TEMPLATE "{self._name}"')
        return self._url_of(f"{self._name}_{self._count}")

    def drop_copy(self) -> None:
        """Drop the copy that was made last."""
        if self._count:
            self._execute(f'DROP DATABASE IF EXISTS "{self._name}_{self._count}" WITH (FORCE)')

    def drop(self) -> None:
        """Drop everything."""
        self.drop_copy()
        self._execute(f'DROP DATABASE "{self._name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        async def run() -> None:
            admin = await asyncpg.connect(self._admin_url)
            try:
                await admin.execute(statement)
            finally:
                await admin.close()

        asyncio.run(run())
