"""SQL of baskets and of following orders. Placing stands in placing_store.py, the counter in counter_store.py.

Locks: an order before its stock. Reading joins tables of lower areas, writing does not: stock
is written by inventory, payments and ledger by payments.
"""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from marketplace.cart import OWNERS, CartKey
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.ids import CartId, OrderId, PersonId, StoreId
from marketplace.orders.goods_rules import RULE_CEILINGS, RULE_COLUMNS, RULE_LICENCES, RULE_LIMITS

# About 35 km: beyond that nobody fetches groceries. Stores named by the buyer are looked at wherever they are.
_NEAR_DEGREES = 0.32
_NEAR_STORES = 40

_BASKET = """
    WITH visitor AS (
        SELECT id, coalesce(village_code, $2) AS village_code FROM cart WHERE {owner} = $1
    ), place AS (
        SELECT r.latitude, r.longitude FROM visitor v JOIN region r ON r.code = v.village_code
    ), near AS (
        SELECT s.id FROM store s, place p
        WHERE s.latitude BETWEEN p.latitude - {degrees} AND p.latitude + {degrees}
          AND s.longitude BETWEEN p.longitude - {degrees} AND p.longitude + {degrees}
        ORDER BY (s.latitude - p.latitude) ^ 2 + (s.longitude - p.longitude) ^ 2, s.id LIMIT {stores}
    ), neighbours AS (
        -- Nobody knows where the buyer's village lies: stores of its district, then of its regency. Codes say both,
        -- and '/' follows '.', so a regency is a range of the index.
        SELECT s.id FROM visitor v, place p, store s
        WHERE p.latitude IS NULL
          AND s.village_code ~>=~ (left(v.village_code, 5) || '.')
          AND s.village_code ~<~ (left(v.village_code, 5) || '/')
        ORDER BY left(s.village_code, 8) <> left(v.village_code, 8), s.id LIMIT {stores}
    ), looked_at AS (
        SELECT id FROM near
        UNION SELECT id FROM neighbours
        UNION SELECT unnest(string_to_array($3, ',')::bigint[])
        UNION SELECT l.store_id FROM cart_line l JOIN visitor v ON v.id = l.cart_id WHERE l.store_id IS NOT NULL
        UNION SELECT s.id FROM store s JOIN visitor v ON v.village_code = s.village_code
    ), units AS (
        SELECT u.product_id, jsonb_agg(jsonb_build_object('unit_code', u.unit_code, 'factor', u.factor)) AS packs
        FROM visitor v JOIN cart_line l ON l.cart_id = v.id JOIN product_unit u ON u.product_id = l.product_id
        WHERE $4::boolean GROUP BY u.product_id
    )
    SELECT v.id AS cart_id, v.village_code, l.added_at, l.product_id, l.quantity, l.store_id AS chosen_store_id,
           l.seen_price_rupiah, p.unit_code, p.seller_id, p.min_quantity,
           p.photo_digest, p.category_slug, p.price_rupiah AS product_price_rupiah,
           (SELECT jsonb_agg(jsonb_build_object('from_quantity', e.from_quantity, 'price_rupiah', e.price_rupiah))
            FROM product_tier e WHERE e.product_id = p.id) AS tiers,
           coalesce(m.is_counter_only, false) AS is_counter_only, {rules}, units.packs, k.*
    FROM visitor v
    JOIN cart_line l ON l.cart_id = v.id
    JOIN product p ON p.id = l.product_id
    LEFT JOIN commodity m ON m.code = p.commodity_code
    LEFT JOIN units ON units.product_id = p.id
    LEFT JOIN LATERAL (
        SELECT g.id AS listing_id, g.store_id, g.source, g.price_rupiah, g.member_price_rupiah, g.cost_rupiah,
               g.fee_basis_points, t.on_hand - t.reserved AS available,
               s.cooperative_id, s.name AS store_name, s.village_code AS store_village_code,
               s.latitude, s.longitude, s.delivery_fee_rupiah, s.hold_hours, s.time_zone,
               CASE WHEN p.commodity_code IS NOT NULL AND s.id = ANY (string_to_array($3, ',')::bigint[])
                    THEN {ceilings} END AS ceilings,
               CASE WHEN p.commodity_code IS NOT NULL AND s.id = ANY (string_to_array($3, ',')::bigint[])
                    THEN {limits} END AS limits,
               CASE WHEN s.id = ANY (string_to_array($3, ',')::bigint[]) THEN {licences} END AS licences,
               (SELECT latitude FROM place) AS buyer_latitude, (SELECT longitude FROM place) AS buyer_longitude,
               s.is_delivering AND (s.village_code = v.village_code OR EXISTS (
                   SELECT 1 FROM store_coverage c WHERE c.store_id = s.id AND c.village_code = v.village_code
               )) AS may_deliver,
               EXISTS (
                   SELECT 1 FROM store_hours h WHERE h.store_id = s.id
                   AND h.weekday = extract(isodow FROM now() AT TIME ZONE s.time_zone)
                   AND (now() AT TIME ZONE s.time_zone)::time >= h.opens_at
                   AND (now() AT TIME ZONE s.time_zone)::time < h.closes_at
               ) AS is_open
        FROM looked_at w
        JOIN listing g ON g.store_id = w.id AND g.product_id = l.product_id AND g.state = 'active'
        JOIN store s ON s.id = g.store_id AND s.is_active
        LEFT JOIN stock t ON t.listing_id = g.id
        WHERE p.state = 'published'
    ) k ON true
    ORDER BY l.added_at, l.product_id, k.store_id
"""

_READ_BASKET = {
    owner: _BASKET.format(
        owner=owner,
        degrees=_NEAR_DEGREES,
        stores=_NEAR_STORES,
        rules=RULE_COLUMNS,
        ceilings=RULE_CEILINGS,
        limits=RULE_LIMITS,
        licences=RULE_LICENCES,
    )
    for owner in ("id", *OWNERS)
}


async def read_basket(
    connection: Connection, key: CartKey, *, home_village_code: str | None, store_ids: list[StoreId]
) -> list[asyncpg.Record]:
    """One row for each pair of cart line and listing that could serve it (listing columns NULL where none).

    Looks at stores near the buyer (of the buyer's district and regency where the village has no position), in the
    buyer's village, chosen on a line, and `store_ids`; of these with the ceilings, limits and
    licences that their goods are under.
    """
    return await connection.fetch(
        _READ_BASKET[OWNERS[key.is_guest]], key.value, home_village_code, _as_text(store_ids), True
    )


async def read_locked_basket(
    connection: Connection, cart_id: CartId, *, home_village_code: str | None, store_ids: list[StoreId]
) -> list[asyncpg.Record]:
    """`read_basket` of a cart that was locked by a statement before this one, so that a second tab cannot change it.

    One that reads and locks at once waits for the other tab, then still reads what was there before it (its snapshot
    is older than the wait), and the same goods would be ordered twice.
    """
    # Larger units are for showing; placing knows own units alone.
    return await connection.fetch(_READ_BASKET["id"], cart_id, home_village_code, _as_text(store_ids), False)


# The same for one of many carts, each with its own village and stores.
_READ_ONE_OF_MANY = (
    _READ_BASKET["id"]
    .replace("$1", "asked.cart_id")
    .replace("$2", "asked.village_code")
    .replace("$3", "asked.store_ids")
    .replace("$4::boolean", "false")
)


async def read_locked_baskets(
    connection: Connection, carts: Sequence[tuple[int, CartId, str | None, list[StoreId]]]
) -> dict[int, list[asyncpg.Record]]:
    """`read_locked_basket` of many carts at once: (number, cart, home village, stores); the rows by number."""
    rows = await connection.fetch(
        f"""
        SELECT asked.number, basket.*
        FROM jsonb_to_recordset($1::jsonb) AS asked (number int, cart_id bigint, village_code text, store_ids text)
        CROSS JOIN LATERAL ({_READ_ONE_OF_MANY}) AS basket
        ORDER BY asked.number, basket.added_at, basket.product_id, basket.store_id
        """,
        [
            {"number": number, "cart_id": cart_id, "village_code": village_code, "store_ids": _as_text(store_ids)}
            for number, cart_id, village_code, store_ids in carts
        ],
    )
    baskets: dict[int, list[asyncpg.Record]] = {}
    for row in rows:
        baskets.setdefault(row["number"], []).append(row)
    return baskets


def _as_text(store_ids: list[StoreId]) -> str:
    # With an array parameter PostgreSQL plans anew each time (0,8 ms of 1,2), since it takes the array's length into
    # account.
    return ",".join(str(store_id) for store_id in store_ids)


async def lock_order(connection: Connection, *, code: str, store_id: StoreId | None = None) -> asyncpg.Record | None:
    """Lock an order by its code, of one store if given; None where there is none."""
    return await connection.fetchrow(
        "SELECT * FROM orders WHERE code = $1 AND ($2::bigint IS NULL OR store_id = $2) FOR UPDATE", code, store_id
    )


async def lock_order_by_tracking(connection: Connection, tracking_token: str) -> asyncpg.Record | None:
    """Lock an order by the buyer's unguessable token."""
    return await connection.fetchrow("SELECT * FROM orders WHERE tracking_token = $1 FOR UPDATE", tracking_token)


async def set_state(
    connection: Connection,
    *,
    order_id: OrderId,
    state: str,
    at: datetime,
    author_id: PersonId | None,
    reason: str = "",
    hold_until: datetime | None = None,
    is_paid: bool = False,
) -> None:
    """Move a locked order to `state` and note it in the history. `is_paid` stamps the payment's time."""
    await connection.execute(
        """
        WITH moved AS (
            UPDATE orders SET state = $2, version = version + 1, hold_until = $6,
                paid_at = CASE WHEN $7 THEN coalesce(paid_at, $3) ELSE paid_at END
            WHERE id = $1
        )
        INSERT INTO order_history (order_id, state, happened_at, author_id, reason) VALUES ($1, $2, $3, $4, $5)
        """,
        order_id,
        state,
        at,
        author_id,
        reason,
        hold_until,
        is_paid,
    )


_ORDER = """
    SELECT o.*, s.name AS store_name, s.address AS store_address, s.landmark AS store_landmark,
           s.phone AS store_phone, s.time_zone, s.latitude, s.longitude, s.cooperative_id,
           c.name AS cooperative_name, ct.token AS checkout_token,
           (SELECT json_agg(json_build_object('listing_id', l.listing_id, 'product_id', l.product_id, 'name', l.name,
                'unit_code', l.unit_code, 'source', l.source, 'quantity', l.quantity, 'seller_id', l.seller_id,
                'cancelled_quantity', l.cancelled_quantity, 'returned_quantity', l.returned_quantity,
                'unit_price_rupiah', l.unit_price_rupiah, 'total_rupiah', l.total_rupiah, 'conversions', l.conversions,
                'photo_digest', p.photo_digest, 'category_slug', p.category_slug) ORDER BY l.listing_id)
            FROM order_line l JOIN product p ON p.id = l.product_id WHERE l.order_id = o.id)::jsonb AS lines,
           (SELECT json_agg(json_build_object('state', h.state, 'happened_at', h.happened_at, 'reason', h.reason)
                ORDER BY h.id) FROM order_history h WHERE h.order_id = o.id)::jsonb AS history
    FROM orders o
    JOIN store s ON s.id = o.store_id
    JOIN organisation c ON c.id = s.cooperative_id
    LEFT JOIN checkout ct ON ct.id = o.checkout_id
"""


async def find_order_by_tracking(connection: Connection, tracking_token: str) -> asyncpg.Record | None:
    """Order with lines and history for its buyer."""
    return await connection.fetchrow(_ORDER + " WHERE o.tracking_token = $1", tracking_token)


async def find_store_order(connection: Connection, *, store_id: StoreId, code: str) -> asyncpg.Record | None:
    """Order with lines and history for its store."""
    return await connection.fetchrow(_ORDER + " WHERE o.store_id = $1 AND o.code = $2", store_id, code)


async def list_store_hours(connection: Connection, store_id: StoreId) -> list[asyncpg.Record]:
    """When the store is open: weekday (Monday is 1), opens_at and closes_at as "HH:MM" on its own clock.

    As text, for Python's time has no 24:00.
    """
    return await connection.fetch(
        "SELECT weekday, left(opens_at::text, 5) AS opens_at, left(closes_at::text, 5) AS closes_at FROM store_hours"
        " WHERE store_id = $1 ORDER BY weekday, store_hours.opens_at",
        store_id,
    )


async def list_checkout_orders(connection: Connection, token: str) -> list[asyncpg.Record]:
    """Orders of one checkout, for the page after placing."""
    return await connection.fetch(
        """
        SELECT o.code, o.tracking_token, o.total_rupiah, o.state, o.fulfilment, o.hold_until, s.name AS store_name,
               s.address AS store_address, s.landmark AS store_landmark, s.time_zone,
               (SELECT count(*) FROM order_line l WHERE l.order_id = o.id)::int AS line_count
        FROM checkout c JOIN orders o ON o.checkout_id = c.id JOIN store s ON s.id = o.store_id
        WHERE c.token = $1 ORDER BY o.id
        """,
        token,
    )


async def list_person_orders(
    connection: Connection, person_id: PersonId, *, before_id: OrderId | None, limit: int
) -> list[asyncpg.Record]:
    """A resident's orders, newest first; keyset by id."""
    return await connection.fetch(
        """
        SELECT o.id, o.code, o.tracking_token, o.state, o.fulfilment, o.total_rupiah, o.placed_at, s.name AS store_name,
               s.time_zone
        FROM orders o JOIN store s ON s.id = o.store_id
        WHERE o.person_id = $1 AND ($2::bigint IS NULL OR o.id < $2) ORDER BY o.id DESC LIMIT $3
        """,
        person_id,
        before_id,
        limit,
    )


async def list_open_person_orders(connection: Connection, person_id: PersonId, *, limit: int) -> list[asyncpg.Record]:
    """A resident's orders that are not handed over yet, newest first."""
    return await connection.fetch(
        """
        SELECT o.code, o.tracking_token, o.state, o.fulfilment, o.total_rupiah, o.hold_until, s.name AS store_name,
               s.time_zone
        FROM orders o JOIN store s ON s.id = o.store_id
        WHERE o.person_id = $1 AND o.state IN ('placed', 'accepted', 'ready') ORDER BY o.id DESC LIMIT $2
        """,
        person_id,
        limit,
    )


async def list_store_orders(
    connection: Connection,
    store_id: StoreId,
    *,
    states: list[str],
    before: tuple[datetime, OrderId] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """A store's orders in some states, newest first; keyset by (placed_at, id)."""
    placed_before, id_before = before or (None, None)
    return await connection.fetch(
        """
        SELECT o.id, o.code, o.state, o.fulfilment, o.channel, o.total_rupiah, o.placed_at, o.paid_at, o.hold_until,
               o.is_member, (SELECT sum(l.quantity - l.cancelled_quantity) FROM order_line l
                             WHERE l.order_id = o.id)::int AS unit_count
        FROM orders o
        WHERE o.store_id = $1 AND o.state = ANY($2::text[])
          AND ($3::timestamptz IS NULL OR (o.placed_at, o.id) < ($3, $4::bigint))
        ORDER BY o.placed_at DESC, o.id DESC LIMIT $5
        """,
        store_id,
        states,
        placed_before,
        id_before,
        limit,
    )


def position_of(cursor: tuple[str, int] | None) -> tuple[datetime, OrderId] | None:
    """Keyset position from a decoded cursor (ISO instant, id)."""
    if cursor is None:
        return None
    try:
        return datetime.fromisoformat(cursor[0]), OrderId(cursor[1])
    except ValueError as error:
        message = "Penanda halaman tidak dikenal. Mulai lagi dari halaman pertama."
        raise InvalidError(message, fields={"cursor": message}) from error


async def count_open_orders(connection: Connection, store_id: StoreId) -> dict[str, int]:
    """How many orders of a store wait in each open state."""
    rows = await connection.fetch(
        "SELECT state, count(*) AS many FROM orders WHERE store_id = $1 AND state IN ('placed', 'accepted', 'ready')"
        " GROUP BY state",
        store_id,
    )
    return {row["state"]: row["many"] for row in rows}


async def lock_due_orders(connection: Connection, *, now: datetime, limit: int) -> list[asyncpg.Record]:
    """Unpaid orders whose hold has run out, skipping those somebody is working on."""
    return await connection.fetch(
        "SELECT id, store_id, state FROM orders WHERE hold_until < $1 AND paid_at IS NULL"
        " ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
        now,
        limit,
    )


async def lock_settled_orders(connection: Connection, *, before: datetime, limit: int) -> list[asyncpg.Record]:
    """Orders handed over before `before` that nobody brought back."""
    return await connection.fetch(
        # By the hour of the hand-over: an order may have been paid days before.
        "SELECT o.id FROM orders o WHERE o.state = 'handed_over' AND o.paid_at < $1"
        " AND NOT EXISTS (SELECT FROM order_history h WHERE h.order_id = o.id AND h.state = 'handed_over'"
        " AND h.happened_at >= $1) ORDER BY o.id LIMIT $2 FOR UPDATE OF o SKIP LOCKED",
        before,
        limit,
    )
