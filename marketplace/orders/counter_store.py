"""SQL of the counter: shifts, receipts, what is sold directly.

Locks: the store row (receipt number) before the order row before stock; a shift row is locked with FOR SHARE by
whatever moves its cash, so that it cannot close in between.
"""

from datetime import datetime
from typing import Any

import asyncpg

from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.ids import OrderId, PersonId, ShiftId, StoreId
from marketplace.orders.document_store import TAX_COLUMNS, TAX_JOIN
from marketplace.orders.goods_rules import RULE_CEILINGS, RULE_COLUMNS, RULE_LICENCES, RULE_LIMITS
from marketplace.orders.till_store import SHIFT_SUM_COLUMNS, SHIFT_SUMS


async def insert_shift(
    connection: Connection, *, store_id: StoreId, cashier_id: PersonId, opened_at: datetime, float_rupiah: int
) -> ShiftId | None:
    """Open a shift; None where this cashier has one open already."""
    shift_id: ShiftId | None = await connection.fetchval(
        "INSERT INTO shift (store_id, cashier_id, opened_at, float_rupiah) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (cashier_id) WHERE closed_at IS NULL DO NOTHING RETURNING id",
        store_id,
        cashier_id,
        opened_at,
        float_rupiah,
    )
    return shift_id


async def find_open_shift(connection: Connection, *, cashier_id: PersonId, store_id: StoreId) -> asyncpg.Record | None:
    """The cashier's open shift at this store."""
    return await connection.fetchrow(
        "SELECT * FROM shift WHERE cashier_id = $1 AND store_id = $2 AND closed_at IS NULL", cashier_id, store_id
    )


async def share_open_shift(connection: Connection, *, cashier_id: PersonId, store_id: StoreId) -> asyncpg.Record | None:
    """The cashier's open shift, kept open until this transaction ends."""
    return await connection.fetchrow(
        "SELECT * FROM shift WHERE cashier_id = $1 AND store_id = $2 AND closed_at IS NULL FOR SHARE",
        cashier_id,
        store_id,
    )


async def lock_open_shift(connection: Connection, *, cashier_id: PersonId, store_id: StoreId) -> asyncpg.Record | None:
    """The cashier's open shift, alone: no sale can put cash into it meanwhile."""
    return await connection.fetchrow(
        "SELECT * FROM shift WHERE cashier_id = $1 AND store_id = $2 AND closed_at IS NULL FOR UPDATE",
        cashier_id,
        store_id,
    )


async def find_counter(connection: Connection, *, cashier_id: PersonId, store_id: StoreId) -> asyncpg.Record:
    """The store's name and zone, the cashier's open shift there (NULL where none) and what it took, in one statement.

    `other_store_name` is where this cashier has a shift open elsewhere.
    """
    row = await connection.fetchrow(
        f"""
        SELECT s.id AS store_id, s.name AS store_name, s.time_zone, f.id AS shift_id, f.opened_at, f.float_rupiah,
               f.offered_at, f.first_counted_rupiah, coalesce(t.receipt_count, 0)::int AS receipt_count,
               {SHIFT_SUM_COLUMNS},
               (SELECT o.name FROM shift e JOIN store o ON o.id = e.store_id
                WHERE e.cashier_id = $1 AND e.closed_at IS NULL AND e.store_id <> s.id) AS other_store_name
        FROM store s
        LEFT JOIN shift f ON f.cashier_id = $1 AND f.store_id = s.id AND f.closed_at IS NULL
        {SHIFT_SUMS}
        WHERE s.id = $2
        """,
        cashier_id,
        store_id,
    )
    if row is None:
        raise NotFoundError
    return row


async def find_code(connection: Connection, *, store_id: StoreId, codes: list[str], tracking_token: str) -> str | None:
    """The code of an order of this store, by one of the readings of what was typed or by the buyer's token."""
    code: str | None = await connection.fetchval(
        "SELECT code FROM orders WHERE code = ANY($2::text[]) AND store_id = $1"
        " UNION ALL SELECT code FROM orders WHERE tracking_token = $3 AND store_id = $1 LIMIT 1",
        store_id,
        codes,
        tracking_token,
    )
    return code


async def list_orders_to_collect(connection: Connection, store_id: StoreId, *, limit: int) -> list[asyncpg.Record]:
    """Orders that a buyer may come for now, ready ones first, the oldest of each first."""
    return await connection.fetch(
        """
        SELECT o.code, o.state, o.total_rupiah, o.placed_at, o.paid_at, o.fulfilment,
               (SELECT sum(l.quantity - l.cancelled_quantity) FROM order_line l
                WHERE l.order_id = o.id)::int AS unit_count
        FROM orders o WHERE o.store_id = $1 AND o.state IN ('placed', 'accepted', 'ready')
        ORDER BY o.state = 'ready' DESC, o.placed_at, o.id LIMIT $2
        """,
        store_id,
        limit,
    )


async def keep_first_count(connection: Connection, shift_id: ShiftId, *, counted_rupiah: int) -> None:
    """Note the first count of a locked shift, which differs and is to be counted once more."""
    await connection.execute("UPDATE shift SET first_counted_rupiah = $2 WHERE id = $1", shift_id, counted_rupiah)


async def close_shift_row(
    connection: Connection,
    shift_id: ShiftId,
    *,
    closed_at: datetime,
    counted_rupiah: int,
    expected_rupiah: int,
    note: str = "",
) -> None:
    """Close a locked shift."""
    await connection.execute(
        "UPDATE shift SET closed_at = $2, counted_rupiah = $3, expected_rupiah = $4, closing_note = $5 WHERE id = $1",
        shift_id,
        closed_at,
        counted_rupiah,
        expected_rupiah,
        note,
    )


async def take_receipt_number(connection: Connection, store_id: StoreId) -> int:
    """Next number of this store, without gaps: the row lock is held to the commit, and a rollback gives it back."""
    number: int = await connection.fetchval(
        "UPDATE store SET next_receipt_number = next_receipt_number + 1 WHERE id = $1"
        " RETURNING next_receipt_number - 1",
        store_id,
    )
    return number


async def insert_receipt(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    order_id: OrderId,
    kind: str,
    method: str,
    payment_id: int,
    refund_id: int | None,
    shift_id: ShiftId | None,
    amount_rupiah: int,
    tendered_rupiah: int | None,
    change_rupiah: int | None,
    issued_at: datetime,
    issued_by: PersonId | None,
) -> None:
    """Write the receipt of a payment or of money given back; tender and change are those of cash."""
    await connection.execute(
        "INSERT INTO receipt (store_id, number, order_id, kind, method, payment_id, refund_id, shift_id, amount_rupiah,"
        " tendered_rupiah, change_rupiah, issued_at, issued_by)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        store_id,
        number,
        order_id,
        kind,
        method,
        payment_id,
        refund_id,
        shift_id,
        amount_rupiah,
        tendered_rupiah,
        change_rupiah,
        issued_at,
        issued_by,
    )


async def find_receipt(connection: Connection, *, store_id: StoreId, number: int) -> asyncpg.Record | None:
    """A receipt with its order, the store as it is now, and the cashier's name."""
    return await connection.fetchrow(
        """
        SELECT r.*, y.discount_rupiah, y.reference,
               o.code, o.state, o.goods_rupiah, o.delivery_rupiah, o.total_rupiah, o.is_member, o.channel,
               s.name AS store_name, s.time_zone, p.display_name AS cashier_name
        FROM receipt r
        JOIN payment y ON y.id = r.payment_id
        JOIN orders o ON o.id = r.order_id
        JOIN store s ON s.id = r.store_id
        LEFT JOIN person p ON p.id = r.issued_by
        WHERE r.store_id = $1 AND r.number = $2
        """,
        store_id,
        number,
    )


async def list_receipts_of_shift(connection: Connection, shift_id: ShiftId, *, limit: int) -> list[asyncpg.Record]:
    """The latest receipts of a shift with the codes of their orders, the latest first."""
    return await connection.fetch(
        "SELECT r.number, r.kind, r.method, r.amount_rupiah, r.issued_at, o.code"
        " FROM receipt r JOIN orders o ON o.id = r.order_id"
        " WHERE r.shift_id = $1 ORDER BY r.issued_at DESC, r.number DESC LIMIT $2",
        shift_id,
        limit,
    )


async def list_order_lines(connection: Connection, order_id: OrderId) -> list[asyncpg.Record]:
    """Lines of an order that are sold, by listing: `sold_rupiah` is their price without what was taken off before.

    `cost_rupiah` is what the goods cost that left the stock with its sale; the rates of taxes are the sale's.
    """
    return await connection.fetch(
        f"""
        SELECT l.*, (l.quantity - l.cancelled_quantity) * l.unit_price_rupiah AS sold_rupiah,
               coalesce(-m.value_rupiah, 0) AS cost_rupiah, {TAX_COLUMNS}
        FROM order_line l {TAX_JOIN}
        LEFT JOIN stock_movement m
            ON m.listing_id = l.listing_id AND m.source = 'order:' || l.order_id AND m.event = 'sale'
        WHERE l.order_id = $1 AND l.quantity > l.cancelled_quantity ORDER BY l.listing_id
        """,
        order_id,
    )


async def find_counter_listings(
    connection: Connection, *, store_id: StoreId, listing_ids: list[int]
) -> list[asyncpg.Record]:
    """Listings of a store as the counter sells them, with the rules they are under."""
    return await connection.fetch(
        f"""
        SELECT g.id AS listing_id, g.product_id, g.source, g.price_rupiah, g.member_price_rupiah, g.cost_rupiah,
               g.fee_basis_points, {RULE_COLUMNS}, p.unit_code, p.seller_id, s.cooperative_id,
               s.village_code AS store_village_code, s.time_zone,
               CASE WHEN p.commodity_code IS NOT NULL THEN {RULE_CEILINGS} END AS ceilings,
               CASE WHEN p.commodity_code IS NOT NULL THEN {RULE_LIMITS} END AS limits, {RULE_LICENCES} AS licences,
               (SELECT jsonb_agg(jsonb_build_object('unit_code', u.unit_code, 'factor', u.factor) ORDER BY u.factor)
                FROM product_unit u WHERE u.product_id = p.id) AS units,
               p.price_rupiah AS product_price_rupiah,
               (SELECT jsonb_agg(jsonb_build_object('from_quantity', e.from_quantity, 'price_rupiah', e.price_rupiah))
                FROM product_tier e WHERE e.product_id = p.id) AS tiers,
               t.on_hand - t.reserved AS available
        FROM listing g
        JOIN product p ON p.id = g.product_id
        JOIN store s ON s.id = g.store_id
        LEFT JOIN stock t ON t.listing_id = g.id
        LEFT JOIN commodity m ON m.code = p.commodity_code
        WHERE g.store_id = $1 AND g.id = ANY($2::bigint[]) AND g.state = 'active' AND p.state = 'published'
        ORDER BY g.id
        """,
        store_id,
        listing_ids,
    )


async def find_counter_goods(
    connection: Connection, *, store_id: StoreId, text: str, limit: int
) -> list[asyncpg.Record]:
    """Goods of a store whose name holds every word typed, most sold first; for the counter's quick search.

    One store lists at most a few thousand goods, found by its index; the words are matched in memory.
    """
    return await connection.fetch(
        """
        SELECT g.id AS listing_id, g.product_id, p.name, p.unit_code, p.photo_digest, p.category_slug, g.price_rupiah,
               g.member_price_rupiah, g.source, t.on_hand - t.reserved AS available
        FROM listing g JOIN product p ON p.id = g.product_id LEFT JOIN stock t ON t.listing_id = g.id
        WHERE g.store_id = $1 AND g.state = 'active' AND p.state = 'published'
          AND (SELECT bool_and(strpos(lower(p.name), word) > 0) FROM unnest($2::text[]) AS word) IS NOT FALSE
        ORDER BY (coalesce(t.on_hand - t.reserved, 1) > 0) DESC, p.popularity DESC, g.id LIMIT $3
        """,
        store_id,
        text.lower().split(),
        limit,
    )


async def insert_counter_order(
    connection: Connection,
    head: dict[str, Any],
    lines: list[dict[str, Any]],
    *,
    hold_until: datetime | None = None,
) -> OrderId:
    """Write a walk-in sale with its lines and history: placed, paid and handed over at once.

    With `hold_until` it is ready and waits until then for its money.
    """
    order_id: OrderId = await connection.fetchval(
        """
        WITH ordered AS (
            INSERT INTO orders (store_id, code, tracking_token, channel, fulfilment, state, person_id, is_member,
                goods_rupiah, total_rupiah, routing, placed_at, paid_at, hold_until)
            VALUES ($1, $2, $3, 'counter', 'counter',
                CASE WHEN $10::timestamptz IS NULL THEN 'completed' ELSE 'ready' END, $4, $5, $6, $6,
                '{"rule": "counter"}', $7, CASE WHEN $10 IS NULL THEN $7::timestamptz END, $10)
            RETURNING id, store_id, state
        ), lined AS (
            INSERT INTO order_line (order_id, store_id, listing_id, product_id, seller_id, name, unit_code, source,
                quantity, unit_price_rupiah, public_price_rupiah, total_rupiah, unit_cost_rupiah, fee_basis_points,
                conversions)
            SELECT o.id, o.store_id, l.listing_id, l.product_id, l.seller_id, l.name, l.unit_code, l.source,
                l.quantity, l.unit_price_rupiah, l.public_price_rupiah, l.quantity * l.unit_price_rupiah,
                l.unit_cost_rupiah, l.fee_basis_points,
                (SELECT jsonb_agg(jsonb_build_object('unit_code', u.unit_code, 'factor', u.factor))
                 FROM product_unit u WHERE u.product_id = l.product_id)
            FROM ordered o, jsonb_to_recordset($8::jsonb) AS l (
                listing_id bigint, product_id bigint, seller_id bigint, name text, unit_code text, source text,
                quantity int, unit_price_rupiah bigint, public_price_rupiah bigint, unit_cost_rupiah bigint,
                fee_basis_points int)
        ), noted AS (
            INSERT INTO order_history (order_id, state, happened_at, author_id)
            SELECT id, state, $7, $9 FROM ordered
        )
        SELECT id FROM ordered
        """,
        head["store_id"],
        head["code"],
        head["tracking_token"],
        head["person_id"],
        head["is_member"],
        head["goods_rupiah"],
        head["placed_at"],
        lines,
        head["author_id"],
        hold_until,
    )
    return order_id


async def find_member(
    connection: Connection, *, cooperative_id: int, phone_fingerprint: bytes
) -> asyncpg.Record | None:
    """A member of this cooperative by phone, for the member price at the counter."""
    return await connection.fetchrow(
        "SELECT p.id, p.display_name FROM person p JOIN role_assignment r ON r.person_id = p.id"
        " WHERE p.phone_fingerprint = $2 AND r.organisation_id = $1 AND r.role = 'member' AND r.ended_at IS NULL",
        cooperative_id,
        phone_fingerprint,
    )
