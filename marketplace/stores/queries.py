"""SQL of a store's own side: settings, hours, coverage, listings. What the public reads is in shop_queries.

Lock order: the store's row, then the listing's row, then (in inventory) the stock row. Free stock is read from the
table of `inventory` above in the same statement; only inventory writes it.
"""

from collections.abc import Sequence

import asyncpg

from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.formats.packs import packs_of
from marketplace.ids import ListingId, OrganisationId, ProductId, StoreId
from marketplace.stores.hours import Spell
from marketplace.stores.schemas import EditListingBody, ListingBody, NewListingBody, OwnListing, StoreBody, StoreDetail

_STORE = """
    SELECT store.*, organisation.name AS cooperative_name, village.name AS village, district.name AS district,
           regency.name AS regency,
           (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'weekday', weekday,
                'opens_minute', extract(epoch FROM opens_at)::integer / 60,
                'closes_minute', extract(epoch FROM closes_at)::integer / 60) ORDER BY weekday, opens_at), '[]')
            FROM store_hours WHERE store_id = store.id) AS hours,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('code', region.code, 'name', region.name)
                                      ORDER BY region.name), '[]')
            FROM store_coverage JOIN region ON region.code = store_coverage.village_code
            WHERE store_id = store.id) AS coverage
    FROM store
    JOIN organisation ON organisation.id = store.cooperative_id
    JOIN region AS village ON village.code = store.village_code
    JOIN region AS district ON district.code = left(store.village_code, 8)
    JOIN region AS regency ON regency.code = left(store.village_code, 5)
"""


async def get_store(connection: Connection, store_id: StoreId) -> StoreDetail:
    """Read a store with its hours and coverage; one statement."""
    return _to_store(await connection.fetchrow(f"{_STORE} WHERE store.id = $1", store_id))


async def find_store_of(connection: Connection, cooperative_id: OrganisationId) -> StoreDetail | None:
    """Read the store of a cooperative, or None where it has not opened one."""
    row = await connection.fetchrow(f"{_STORE} WHERE store.cooperative_id = $1", cooperative_id)
    return None if row is None else _to_store(row)


def _to_store(row: asyncpg.Record | None) -> StoreDetail:
    if row is None:
        raise NotFoundError
    names = [name for name in StoreDetail.__struct_fields__ if name not in ("hours", "coverage")]
    return StoreDetail(
        **{name: row[name] for name in names},
        hours=tuple(Spell(**spell) for spell in row["hours"]),
        coverage=tuple(row["coverage"]),
    )


async def lock_store_of(connection: Connection, cooperative_id: OrganisationId) -> asyncpg.Record | None:
    """Lock the cooperative's store; (id, version) or None."""
    return await connection.fetchrow(
        "SELECT id, version FROM store WHERE cooperative_id = $1 FOR NO KEY UPDATE", cooperative_id
    )


async def insert_store(connection: Connection, cooperative_id: OrganisationId, store: StoreBody) -> StoreId | None:
    """Open the cooperative's store in the village of its seat, on that region's clock.

    None where it has opened one meanwhile, or has no seat in a village.
    """
    store_id: int | None = await connection.fetchval(
        """
        INSERT INTO store (cooperative_id, village_code, time_zone, name, address, landmark, phone, latitude, longitude,
                           is_active, is_delivering, delivery_fee_rupiah, hold_hours)
        SELECT organisation.id, region.code, region.time_zone, $2, $3, $4, $5,
               coalesce($6, region.latitude), coalesce($7, region.longitude), $8, $9, $10, $11
        FROM organisation JOIN region ON region.code = organisation.region_code AND region.level = 'village'
        WHERE organisation.id = $1
        ON CONFLICT (cooperative_id) DO NOTHING
        RETURNING id
        """,
        cooperative_id,
        *_store_columns(store),
    )
    return None if store_id is None else StoreId(store_id)


def _store_columns(store: StoreBody) -> tuple[object, ...]:
    return (
        store.name.strip(),
        store.address.strip(),
        store.landmark.strip(),
        store.phone,
        store.latitude,
        store.longitude,
        store.is_active,
        store.is_delivering,
        store.delivery_fee_rupiah,
        store.hold_hours,
    )


async def update_store(connection: Connection, store_id: StoreId, store: StoreBody) -> int:
    """Replace the settings of a locked store; the new version. Without a position it lies where its village does."""
    version: int = await connection.fetchval(
        """
        UPDATE store SET name = $2, address = $3, landmark = $4, phone = $5,
            latitude = coalesce($6, village.latitude), longitude = coalesce($7, village.longitude),
            is_active = $8, is_delivering = $9, delivery_fee_rupiah = $10, hold_hours = $11, version = version + 1
        FROM region AS village
        WHERE store.id = $1 AND village.code = store.village_code RETURNING version
        """,
        store_id,
        *_store_columns(store),
    )
    return version


async def switch_off_store_of(connection: Connection, cooperative_id: OrganisationId) -> StoreId | None:
    """Switch the cooperative's store off; its id, or None where there is none or it is off already. Locks its row."""
    store_id: int | None = await connection.fetchval(
        "UPDATE store SET is_active = false, version = version + 1 WHERE cooperative_id = $1 AND is_active"
        " RETURNING id",
        cooperative_id,
    )
    return None if store_id is None else StoreId(store_id)


async def replace_hours(connection: Connection, store_id: StoreId, hours: Sequence[Spell]) -> None:
    """Replace the opening hours of a locked store."""
    await connection.execute("DELETE FROM store_hours WHERE store_id = $1", store_id)
    await connection.executemany(
        "INSERT INTO store_hours (store_id, weekday, opens_at, closes_at)"
        " VALUES ($1, $2, make_time($3 / 60, $3 % 60, 0), make_time($4 / 60, $4 % 60, 0))",
        [(store_id, spell.weekday, spell.opens_minute, spell.closes_minute) for spell in hours],
    )


async def set_coverage(connection: Connection, store_id: StoreId, village_code: str, *, is_covered: bool) -> None:
    """Add or remove a village that a locked store delivers to.

    Raises:
        NotFoundError: no such village.

    """
    if not is_covered:
        await connection.execute(
            "DELETE FROM store_coverage WHERE store_id = $1 AND village_code = $2", store_id, village_code
        )
        return
    known = await connection.fetchval("SELECT true FROM region WHERE code = $1 AND level = 'village'", village_code)
    if not known:
        raise NotFoundError
    await connection.execute(
        "INSERT INTO store_coverage (store_id, village_code) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        store_id,
        village_code,
    )


_OWN_LISTING = """
    SELECT listing.id, listing.product_id, product.name, product.unit_code, product.category_slug,
           product.photo_digest, product.state AS product_state, product.price_rupiah AS product_price_rupiah,
           product.seller_id, seller.name AS seller_name, listing.source, listing.price_rupiah,
           listing.member_price_rupiah, listing.cost_rupiah, listing.fee_basis_points, listing.state, listing.version,
           coalesce(stock.on_hand, 0) AS on_hand, coalesce(stock.reserved, 0) AS reserved,
           (SELECT jsonb_agg(jsonb_build_object('unit_code', unit_code, 'factor', factor))
            FROM product_unit WHERE product_id = product.id) AS conversions,
           lapsed.kind AS lapsed_licence, lapsed.expires_on AS lapsed_on
    FROM listing
    JOIN product ON product.id = listing.product_id
    JOIN organisation AS seller ON seller.id = product.seller_id
    LEFT JOIN stock ON stock.listing_id = listing.id
    LEFT JOIN LATERAL (
        SELECT kind, expires_on FROM product_licence
        WHERE product_id = product.id AND product.paused_for = 'licence' AND expires_on IS NOT NULL
        ORDER BY expires_on, kind LIMIT 1
    ) AS lapsed ON true
"""


def _to_own_listing(row: asyncpg.Record) -> OwnListing:
    return OwnListing(**{**dict(row), "conversions": packs_of(row["conversions"])})


async def get_listing(connection: Connection, store_id: StoreId, listing_id: ListingId) -> OwnListing:
    """Read a listing of this store; another store's is not found."""
    row = await connection.fetchrow(
        f"{_OWN_LISTING} WHERE listing.id = $1 AND listing.store_id = $2", listing_id, store_id
    )
    if row is None:
        raise NotFoundError
    return _to_own_listing(row)


async def lock_listing(connection: Connection, store_id: StoreId, listing_id: ListingId) -> OwnListing:
    """As get_listing, locking the listing's row first."""
    await connection.execute(
        "SELECT FROM listing WHERE id = $1 AND store_id = $2 FOR NO KEY UPDATE", listing_id, store_id
    )
    return await get_listing(connection, store_id, listing_id)


async def set_listing_cost(connection: Connection, listing_id: ListingId, cost_rupiah: int) -> None:
    """Set what a unit of a locked listing costs; the version moves on only where the cost does."""
    await connection.execute(
        "UPDATE listing SET cost_rupiah = $2, version = version + 1 WHERE id = $1 AND cost_rupiah <> $2",
        listing_id,
        cost_rupiah,
    )


async def list_own_listings(
    connection: Connection,
    store_id: StoreId,
    *,
    state: str | None,
    name_part: str,
    is_stocked: bool,
    before_id: int | None,
    limit: int,
) -> list[OwnListing]:
    """List a store's listings, newest first; one more than `limit` tells that there is more.

    `is_stocked` leaves out goods made to order, which have no stock.
    """
    rows = await connection.fetch(
        f"""
        {_OWN_LISTING}
        WHERE listing.store_id = $1 AND ($2::text IS NULL OR listing.state = $2)
          AND ($3 = '' OR strpos(lower(product.name), lower($3)) > 0)
          AND (NOT $4 OR listing.source <> 'made_to_order')
          AND ($5::bigint IS NULL OR listing.id < $5)
        ORDER BY listing.id DESC LIMIT $6
        """,
        store_id,
        state,
        name_part,
        is_stocked,
        before_id,
        limit + 1,
    )
    return [_to_own_listing(row) for row in rows]


async def list_products_to_list(
    connection: Connection,
    store_id: StoreId,
    *,
    near_code: str,
    name_part: str,
    category_slug: str | None,
    position: tuple[int, int] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """List published products that the store does not list yet, most popular first; `near_code` filters the seller."""
    return await connection.fetch(
        """
        SELECT product.id, product.name, product.unit_code, product.category_slug, product.price_rupiah,
               product.photo_digest, product.popularity, seller.name AS seller_name
        FROM product JOIN organisation AS seller ON seller.id = product.seller_id
        WHERE product.state = 'published'
          AND NOT EXISTS (SELECT FROM listing WHERE listing.product_id = product.id AND listing.store_id = $1)
          AND ($2 = '' OR starts_with(seller.region_code, $2))
          AND ($3 = '' OR strpos(lower(product.name), lower($3)) > 0)
          AND ($4::text IS NULL OR product.category_slug = $4)
          AND ($5::integer IS NULL OR (product.popularity, product.id) < ($5, $6::bigint))
        ORDER BY product.popularity DESC, product.id DESC LIMIT $7
        """,
        store_id,
        near_code,
        name_part,
        category_slug,
        position[0] if position else None,
        position[1] if position else None,
        limit + 1,
    )


async def find_product_to_list(
    connection: Connection, store_id: StoreId, product_id: ProductId
) -> asyncpg.Record | None:
    """Read what a listing of a published product is judged by, and the listing that the store may have already."""
    return await connection.fetchrow(
        """
        SELECT product.id, product.name, product.state, product.category_slug, product.commodity_code,
               product.content_quantity, product.unit_code, product.price_rupiah, seller.name AS seller_name,
               (SELECT id FROM listing WHERE store_id = $1 AND product_id = product.id) AS listing_id
        FROM product JOIN organisation AS seller ON seller.id = product.seller_id
        WHERE product.id = $2
        """,
        store_id,
        product_id,
    )


async def insert_listing(connection: Connection, store_id: StoreId, listing: NewListingBody) -> ListingId | None:
    """Add a listing; None where the store lists the product already (another tab was faster)."""
    listing_id: int | None = await connection.fetchval(
        """
        INSERT INTO listing (store_id, product_id, source, price_rupiah, member_price_rupiah, cost_rupiah,
                             fee_basis_points)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (store_id, product_id) DO NOTHING RETURNING id
        """,
        store_id,
        listing.product_id,
        *_listing_columns(listing),
    )
    return None if listing_id is None else ListingId(listing_id)


def _listing_columns(listing: ListingBody) -> tuple[object, ...]:
    return (
        listing.source,
        listing.price_rupiah,
        listing.member_price_rupiah,
        listing.cost_rupiah,
        listing.fee_basis_points,
    )


async def update_listing(connection: Connection, listing_id: ListingId, listing: EditListingBody) -> int:
    """Replace the terms of a locked listing; the new version."""
    version: int = await connection.fetchval(
        """
        UPDATE listing SET source = $2, price_rupiah = $3, member_price_rupiah = $4, cost_rupiah = $5,
            fee_basis_points = $6, version = version + 1
        WHERE id = $1 RETURNING version
        """,
        listing_id,
        *_listing_columns(listing),
    )
    return version


async def set_listing_state(connection: Connection, listing_id: ListingId, state: str) -> int:
    """Move a locked listing to a state; the new version."""
    version: int = await connection.fetchval(
        "UPDATE listing SET state = $2, version = version + 1 WHERE id = $1 RETURNING version", listing_id, state
    )
    return version


async def list_listing_ids(connection: Connection, store_id: StoreId) -> list[ListingId]:
    """List the ids of a store's listings: what search must be told when the store opens, closes or moves."""
    rows = await connection.fetch("SELECT id FROM listing WHERE store_id = $1 ORDER BY id", store_id)
    return [row["id"] for row in rows]


async def find_village(connection: Connection, code: str) -> asyncpg.Record | None:
    """Read code and name of a village, or None."""
    return await connection.fetchrow("SELECT code, name FROM region WHERE code = $1 AND level = 'village'", code)
