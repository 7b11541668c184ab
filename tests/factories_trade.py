"""Makes goods, stores, listings and stock for tests, straight in the tables: the use cases have tests of their own."""

import itertools

from marketplace import clock
from marketplace.books import book_of
from marketplace.catalog import load_reference
from marketplace.database import Connection
from marketplace.ids import ListingId, OrderId, OrganisationId, ProductId, StoreId, hash_token, new_token
from marketplace.inventory import Cause, check_books, check_stock, receive_stock
from payments import AccountKind, Money, accounts, check, post, recipes, trial_balance

_numbers = itertools.count(1)

JATIMAKMUR = "32.75.08.1003"
LAMBANGSARI = "32.16.06.2002"

_REGIONS = (
    ("32", "province", "provinsi", "Jawa Barat", "jawabarat", None, None, None, None),
    ("32.75", "regency", "kota", "Kota Bekasi", "bekasi", "32", None, None, None),
    ("32.75.08", "district", "kecamatan", "Pondokgede", "pondokgede", "32.75", None, None, None),
    (JATIMAKMUR, "village", "kelurahan", "Jatimakmur", "jatimakmur", "32.75.08", "17413", -6.28282, 106.93026),
    ("32.16", "regency", "kabupaten", "Kabupaten Bekasi", "bekasi", "32", None, None, None),
    ("32.16.06", "district", "kecamatan", "Tambun Selatan", "tambunselatan", "32.16", None, None, None),
    (LAMBANGSARI, "village", "desa", "Lambangsari", "lambangsari", "32.16.06", "17510", -6.28198, 107.04071),
)


async def load_trade_reference(connection: Connection) -> None:
    """Two villages with what lies above them, and the reference data; harmless where they are there already."""
    await connection.executemany(
        "INSERT INTO region (code, level, kind, name, name_key, parent_code, postal_code, latitude, longitude,"
        " time_zone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'Asia/Jakarta') ON CONFLICT (code) DO NOTHING",
        _REGIONS,
    )
    await load_reference(connection)


async def make_organisation(
    connection: Connection, *, kind: str, name: str | None = None, region_code: str = JATIMAKMUR
) -> OrganisationId:
    """Make an organisation in good standing."""
    number = next(_numbers)
    status = "operating" if kind == "cooperative" else "active"
    return OrganisationId(
        await connection.fetchval(
            "INSERT INTO organisation (kind, name, region_code, status, status_on)"
            " VALUES ($1, $2, $3, $4, '2025-07-21') RETURNING id",
            kind,
            name or f"{kind} {number}",
            region_code,
            status,
        )
    )


async def make_session(connection: Connection, *, role: str, organisation_id: OrganisationId) -> str:
    """Sign in a new person who wears this hat; the session's token (cookie on pages, bearer in the API)."""
    number = next(_numbers)
    person_id = await connection.fetchval(
        "INSERT INTO person (display_name, email_sealed, email_fingerprint) VALUES ($1, $2, $2) RETURNING id",
        f"Orang {number}",
        f"trade-{number}".encode(),
    )
    assignment_id = await connection.fetchval(
        "INSERT INTO role_assignment (person_id, organisation_id, organisation_kind, role)"
        " SELECT $1, id, kind, $3 FROM organisation WHERE id = $2 RETURNING id",
        person_id,
        organisation_id,
        role,
    )
    token = new_token()
    await connection.execute(
        "INSERT INTO session (token_hash, person_id, role_assignment_id, expires_at)"
        " VALUES ($1, $2, $3, now() + interval '1 day')",
        hash_token(token),
        person_id,
        assignment_id,
    )
    return token


async def make_seller_product(
    connection: Connection,
    *,
    seller_id: OrganisationId | None = None,
    name: str | None = None,
    price_rupiah: int = 12_500,
    state: str = "published",
    category_slug: str = "makanan-ringan",
    unit_code: str = "bungkus",
    content_quantity: int = 250,
    base_unit: str = "gram",
    min_quantity: int = 1,
    commodity_code: str | None = None,
    tiers: tuple[tuple[int, int], ...] = (),
) -> ProductId:
    """Make a product of a (new) seller; `tiers` are (from_quantity, price_rupiah)."""
    await load_trade_reference(connection)
    product_id = ProductId(
        await connection.fetchval(
            "INSERT INTO product (seller_id, category_slug, commodity_code, name, unit_code, content_quantity,"
            " base_unit, price_rupiah, min_quantity, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            " RETURNING id",
            seller_id or await make_organisation(connection, kind="seller"),
            category_slug,
            commodity_code,
            name or f"Keripik singkong {next(_numbers)}",
            unit_code,
            content_quantity,
            base_unit,
            price_rupiah,
            min_quantity,
            state,
        )
    )
    await connection.executemany(
        "INSERT INTO product_tier (product_id, from_quantity, price_rupiah) VALUES ($1, $2, $3)",
        [(product_id, from_quantity, tier_price) for from_quantity, tier_price in tiers],
    )
    return product_id


async def make_store(
    connection: Connection,
    *,
    cooperative_id: OrganisationId | None = None,
    village_code: str = JATIMAKMUR,
    is_delivering: bool = False,
    delivery_fee_rupiah: int = 0,
    is_always_open: bool = True,
) -> StoreId:
    """Make the store of a (new) cooperative, open around the clock unless told otherwise."""
    await load_trade_reference(connection)
    owner = cooperative_id or await make_organisation(connection, kind="cooperative", region_code=village_code)
    store_id = StoreId(
        await connection.fetchval(
            "INSERT INTO store (cooperative_id, name, village_code, address, latitude, longitude, is_delivering,"
            " delivery_fee_rupiah)"
            " SELECT $1, 'Gerai ' || organisation.name, $2, 'Jl. Contoh 1', region.latitude, region.longitude, $3, $4"
            " FROM organisation, region WHERE organisation.id = $1 AND region.code = $2 RETURNING id",
            owner,
            village_code,
            is_delivering,
            delivery_fee_rupiah,
        )
    )
    if is_always_open:
        await connection.execute(
            "INSERT INTO store_hours (store_id, weekday, opens_at, closes_at)"
            " SELECT $1, weekday, '00:00', '24:00' FROM generate_series(1, 7) AS weekday",
            store_id,
        )
    return store_id


async def make_listing(
    connection: Connection,
    *,
    store_id: StoreId | None = None,
    product_id: ProductId | None = None,
    price_rupiah: int = 15_000,
    member_price_rupiah: int | None = None,
    cost_rupiah: int = 12_500,
    source: str = "own_stock",
    fee_basis_points: int = 0,
    stock: int = 10,
) -> ListingId:
    """Put a product on sale at a (new) store, with this many units on the shelf."""
    place = store_id or await make_store(connection)
    listing_id = ListingId(
        await connection.fetchval(
            "INSERT INTO listing (store_id, product_id, source, price_rupiah, member_price_rupiah, cost_rupiah,"
            " fee_basis_points) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            place,
            product_id or await make_seller_product(connection),
            source,
            price_rupiah,
            member_price_rupiah,
            cost_rupiah,
            fee_basis_points,
        )
    )
    if stock and source != "made_to_order":
        value = stock * cost_rupiah if source == "own_stock" else 0
        async with connection.transaction():
            await receive_stock(
                connection,
                store_id=place,
                quantities={listing_id: stock},
                values={listing_id: value},
                cause=Cause(source="test", event="opening", author_id=None),
                kind="opening",
            )
            await post(
                connection,
                book=book_of(place),
                source=f"opening:listing:{listing_id}",
                transfers=recipes.opened_with(account=accounts.INVENTORY, amount=Money(value)),
                author="system",
                occurred_at=clock.now(),
            )
    return listing_id


async def read_books(connection: Connection, store_id: StoreId) -> dict[AccountKind, int]:
    """What trade did to a store's book, in rupiah by kind, apart from the shelves filled by `make_listing`.

    Everything that should always hold is proved first.
    """
    assert await check(connection) == []
    assert await check_stock(connection) == []
    assert await check_books(connection) == []
    opening = await connection.fetchval(
        "SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM ledger_transfer"
        " WHERE book = $1 AND source LIKE 'opening:listing:%'",
        book_of(store_id),
    )
    totals = {AccountKind.INVENTORY: -opening, AccountKind.OPENING_BALANCE: -opening}
    for line in (await trial_balance(connection, book=book_of(store_id))).lines:
        totals[line.account.kind] = totals.get(line.account.kind, 0) + line.balance.rupiah
    return {kind: amount for kind, amount in totals.items() if amount}


async def make_bare_order(connection: Connection, *, store_id: StoreId) -> OrderId:
    """Make an order without lines: what reservations hang on."""
    number = next(_numbers)
    return OrderId(
        await connection.fetchval(
            "INSERT INTO orders (store_id, code, tracking_token, channel, fulfilment, state, goods_rupiah,"
            " total_rupiah, placed_at, hold_until)"
            " VALUES ($1, $2, $3, 'web', 'pickup', 'placed', 0, 0, now(), now() + interval '1 day') RETURNING id",
            store_id,
            f"T{number:07d}",
            f"token-{number}",
        )
    )
