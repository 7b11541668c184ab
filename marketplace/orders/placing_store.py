"""The statement that places orders: checkout, orders, lines, history, the kept answer, and the goods set aside.

One statement, since each round trip costs the buyer and holds the locks longer. Its locks, in the order stated in
docs/architecture.md: the key and the cart are the transaction's already, the orders are new, stock by listing at last.
"""

from datetime import datetime
from functools import cache
from typing import Any, Final

import asyncpg

from marketplace.database import Connection
from marketplace.http.idempotency import KEEP_CTE
from marketplace.ids import CartId, PersonId
from marketplace.inventory import RESERVE

_WRITE_AND_RESERVE: Final = f"""
    WITH {KEEP_CTE}, checked_out AS (
        INSERT INTO checkout (token, person_id, placed_at) VALUES ($4, $5, $6) RETURNING id
    ), ordered AS (
        INSERT INTO orders (store_id, checkout_id, code, tracking_token, channel, fulfilment, state, person_id,
            contact_sealed, address_sealed, village_code, is_member, goods_rupiah, delivery_rupiah, total_rupiah,
            routing, note, placed_at, hold_until)
        SELECT o.store_id, c.id, o.code, o.tracking_token, o.channel, o.fulfilment, 'placed', $5,
            decode(o.contact_sealed, 'base64'), decode(o.address_sealed, 'base64'), o.village_code, o.is_member,
            o.goods_rupiah, o.delivery_rupiah, o.goods_rupiah + o.delivery_rupiah, o.routing, o.note, $6,
            o.hold_until
        FROM checked_out c, jsonb_to_recordset($7::jsonb) AS o (
            store_id bigint, code text, tracking_token text, channel text, fulfilment text, contact_sealed text,
            address_sealed text, village_code text, is_member boolean, goods_rupiah bigint,
            delivery_rupiah bigint, routing jsonb, note text, hold_until timestamptz)
        ORDER BY o.store_id
        RETURNING id, store_id
    ), lined AS (
        INSERT INTO order_line (order_id, store_id, listing_id, product_id, seller_id, name, unit_code, source,
            quantity, unit_price_rupiah, public_price_rupiah, total_rupiah, unit_cost_rupiah, fee_basis_points,
            conversions)
        SELECT o.id, o.store_id, l.listing_id, l.product_id, l.seller_id, l.name, l.unit_code, l.source,
            l.quantity, l.unit_price_rupiah, l.public_price_rupiah, l.quantity * l.unit_price_rupiah,
            l.unit_cost_rupiah, l.fee_basis_points,
            (SELECT jsonb_agg(jsonb_build_object('unit_code', u.unit_code, 'factor', u.factor))
             FROM product_unit u WHERE u.product_id = l.product_id)
        FROM ordered o JOIN jsonb_to_recordset($8::jsonb) AS l (
            store_id bigint, listing_id bigint, product_id bigint, seller_id bigint, name text, unit_code text,
            source text, quantity int, unit_price_rupiah bigint, public_price_rupiah bigint, unit_cost_rupiah bigint,
            fee_basis_points int)
        ON l.store_id = o.store_id
        RETURNING order_id
    ), noted AS (
        INSERT INTO order_history (order_id, state, happened_at, author_id)
        SELECT id, 'placed', $6, $5 FROM ordered
        RETURNING order_id
    ), emptied AS (
        DELETE FROM cart_line WHERE cart_id = $9 RETURNING cart_id
    ), written AS (
        -- Counting makes all of the above happen before the stock is locked: hot goods wait for the commit alone.
        SELECT (SELECT count(*) FROM kept) + (SELECT count(*) FROM lined) + (SELECT count(*) FROM noted)
             + (SELECT count(*) FROM emptied) AS rows
    ), asked (store_id, listing_id, quantity) AS (
        ASKED_ROWS
    ), wanted AS MATERIALIZED (
        SELECT o.id AS order_id, o.store_id, a.listing_id, a.quantity
        FROM asked a JOIN ordered o ON o.store_id = a.store_id
        WHERE (SELECT rows FROM written) > 0
    ), {RESERVE}
"""
_NOTHING_ASKED: Final = "SELECT 0::bigint, 0::bigint, 0 WHERE false"
_FIRST_ASKED: Final = 10


@cache
def _statement(asked_count: int) -> str:
    # Scalars instead of unnest($1::bigint[]): an array never gets a generic plan, which doubles PostgreSQL's time.
    rows = ", ".join(
        f"(${number}::bigint, ${number + 1}::bigint, ${number + 2}::integer)"
        for number in range(_FIRST_ASKED, _FIRST_ASKED + 3 * asked_count, 3)
    )
    return _WRITE_AND_RESERVE.replace("ASKED_ROWS", f"VALUES {rows}" if rows else _NOTHING_ASKED)


async def write_and_reserve(
    connection: Connection,
    *,
    cart_id: CartId,
    checkout_token: str,
    person_id: PersonId | None,
    placed_at: datetime,
    orders: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    kept: tuple[str, str, bytes],
) -> list[asyncpg.Record]:
    """Write a checkout, empty the cart and reserve, all lines or none; rows for `inventory.turned_or_short`.

    `orders` and `lines` hold the columns named in the statement; a line finds its order by `store_id`. The cart is
    locked. Where a line is short the caller must roll back: the orders are written then all the same.
    """
    asked = [line for line in lines if line["source"] != "made_to_order"]
    return await connection.fetch(
        _statement(len(asked)),
        *kept,
        checkout_token,
        person_id,
        placed_at,
        orders,
        lines,
        cart_id,
        *(line[column] for line in asked for column in ("store_id", "listing_id", "quantity")),
    )
