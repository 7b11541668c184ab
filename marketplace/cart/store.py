"""Every SQL statement of cart. A cart row is locked before its lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from marketplace.cart.keys import OWNERS, CartKey
from marketplace.database import Connection
from marketplace.http.idempotency import CLAIM_CTE, Once
from marketplace.ids import CartId

LARGEST_CART_LINES = 60


async def lock_cart(connection: Connection, key: CartKey) -> asyncpg.Record | None:
    """Lock the visitor's cart; None where there is none."""
    return await connection.fetchrow(
        f"SELECT id, village_code, version FROM cart WHERE {OWNERS[key.is_guest]} = $1 FOR UPDATE", key.value
    )


async def claim_and_lock_cart(connection: Connection, key: CartKey, once: Once) -> tuple[bool, CartId | None]:
    """Claim a command's key, then lock the visitor's cart, in one round trip; (whether it is new, the cart if any).

    Reads nothing else: the lock may have waited for another tab, and this statement still sees what was there before.
    """
    row = await connection.fetchrow(
        f"""
        WITH {CLAIM_CTE}, locked AS (
            SELECT id FROM cart WHERE {OWNERS[key.is_guest]} = $4 AND EXISTS (SELECT FROM claimed) FOR UPDATE
        )
        SELECT EXISTS (SELECT FROM claimed) AS is_new, (SELECT id FROM locked) AS cart_id
        """,
        *once.claim,
        key.value,
    )
    if row is None:
        raise AssertionError
    return row["is_new"], row["cart_id"]


async def claim_and_lock_carts(
    connection: Connection, asked: Sequence[tuple[int, CartKey, Once]]
) -> dict[int, CartId | None]:
    """Claim the keys of many commands, then lock their carts; the carts by the numbers of commands whose key was new.

    Keys are claimed in their own order, then the carts are locked by id. None where the cart is not there or is in
    somebody's hands. A claimed key whose command is not done has to be given back.
    """
    rows = await connection.fetch(
        """
        WITH asked AS (
            SELECT number, scope, key, decode(request_hash, 'hex') AS request_hash, person_id,
                   decode(token_hash, 'hex') AS token_hash
            FROM jsonb_to_recordset($1::jsonb) AS a (
                number int, scope text, key text, request_hash text, person_id bigint, token_hash text)
        ), claimed AS (
            INSERT INTO idempotency_key (scope, key, request_hash)
            SELECT scope, key, request_hash FROM asked ORDER BY scope, key
            ON CONFLICT (scope, key) DO NOTHING RETURNING scope, key
        ), found AS (
            SELECT number, c.id FROM claimed JOIN asked a USING (scope, key) JOIN cart c ON c.person_id = a.person_id
            UNION ALL
            SELECT number, c.id FROM claimed JOIN asked a USING (scope, key) JOIN cart c ON c.token_hash = a.token_hash
        ), locked AS (
            SELECT id FROM cart WHERE id = ANY (ARRAY(SELECT id FROM found)) ORDER BY id FOR UPDATE SKIP LOCKED
        )
        SELECT a.number, locked.id AS cart_id
        FROM claimed JOIN asked a USING (scope, key)
        LEFT JOIN found ON found.number = a.number LEFT JOIN locked ON locked.id = found.id
        """,
        [
            {
                "number": number,
                "scope": once.scope,
                "key": once.key,
                "request_hash": once.request_hash.hex(),
                "person_id": key.person_id,
                "token_hash": key.token_hash.hex() if key.token_hash is not None else None,
            }
            for number, key, once in asked
        ],
    )
    return {row["number"]: row["cart_id"] for row in rows}


async def insert_cart(connection: Connection, key: CartKey, village_code: str | None) -> CartId:
    """Make the visitor's cart, or lock the one that is there; a `village_code` that is given is its from now on."""
    target = "person_id" if key.person_id is not None else "token_hash"
    cart_id: CartId = await connection.fetchval(
        f"INSERT INTO cart (person_id, token_hash, village_code) VALUES ($1, $2, $3)"
        f" ON CONFLICT ({target}) DO UPDATE SET touched_at = now(),"
        " village_code = coalesce(excluded.village_code, cart.village_code) RETURNING id",
        key.person_id,
        key.token_hash,
        village_code,
    )
    return cart_id


async def touch_cart(
    connection: Connection, key: CartKey, *, village_code: str | None, home_village_code: str | None
) -> CartId:
    """Make or lock the visitor's cart and note a change.

    `village_code` is where the buyer says they are now; `home_village_code` is for a new cart without.
    """
    cart_id: CartId = await connection.fetchval(
        _TOUCH_CART[OWNERS[key.is_guest]], key.value, village_code, home_village_code
    )
    return cart_id


async def claim_and_touch_cart(
    connection: Connection, key: CartKey, once: Once, *, village_code: str | None, home_village_code: str | None
) -> CartId | None:
    """Claim a command's key, then `touch_cart`, in one round trip; None, and nothing changed, where it was claimed."""
    cart_id: CartId | None = await connection.fetchval(
        _CLAIM_AND_TOUCH_CART[OWNERS[key.is_guest]], *once.claim, key.value, village_code, home_village_code
    )
    return cart_id


_TOUCH_CART: Final = {
    OWNER: f"""
        INSERT INTO cart ({OWNER}, village_code) VALUES ($1, coalesce($2, $3))
        ON CONFLICT ({OWNER}) DO UPDATE SET version = cart.version + 1, touched_at = now(),
            village_code = coalesce($2, cart.village_code)
        RETURNING id
    """
    for OWNER in OWNERS
}
_CLAIM_AND_TOUCH_CART: Final = {
    OWNER: f"""
        WITH {CLAIM_CTE}
        INSERT INTO cart ({OWNER}, village_code) SELECT $4, coalesce($5, $6) WHERE EXISTS (SELECT FROM claimed)
        ON CONFLICT ({OWNER}) DO UPDATE SET version = cart.version + 1, touched_at = now(),
            village_code = coalesce($5, cart.village_code)
        RETURNING id
    """
    for OWNER in OWNERS
}


async def write_lines(
    connection: Connection, cart_id: CartId, lines: list[dict[str, Any]], *, is_added: bool
) -> tuple[int, int, int]:
    """Write lines of a locked cart; (how many of them are on sale, how many it holds now, how many are new in it).

    `lines` are product_id, quantity, store_id (or None), a product once; quantity 0 takes it out. `is_added` adds to
    the quantity that is there, up to 100.000. The price seen is the public one at the store named or chosen
    before, or the lowest anywhere. Where fewer are on sale than have a quantity the caller must roll back.
    """
    row = await connection.fetchrow(
        """
        WITH asked AS (
            SELECT * FROM jsonb_to_recordset($2::jsonb) AS a (product_id bigint, quantity int, store_id bigint)
        ), removed AS (
            DELETE FROM cart_line WHERE cart_id = $1 AND product_id IN (SELECT product_id FROM asked WHERE quantity = 0)
        ), priced AS (
            SELECT a.product_id, a.quantity, a.store_id, coalesce(c.price_rupiah, g.price_rupiah) AS price_rupiah
            FROM asked a JOIN product p ON p.id = a.product_id AND p.state = 'published'
            CROSS JOIN LATERAL (
                SELECT l.price_rupiah FROM listing l JOIN store s ON s.id = l.store_id AND s.is_active
                WHERE l.product_id = a.product_id AND l.state = 'active'
                  AND (a.store_id IS NULL OR l.store_id = a.store_id)
                ORDER BY l.price_rupiah LIMIT 1
            ) g
            LEFT JOIN LATERAL (
                -- The store chosen before stays the line's: the price seen is the one there.
                SELECT l.price_rupiah FROM cart_line k JOIN listing l ON l.store_id = k.store_id
                  AND l.product_id = k.product_id AND l.state = 'active'
                WHERE k.cart_id = $1 AND k.product_id = a.product_id AND a.store_id IS NULL
            ) c ON true
            WHERE a.quantity > 0
        ), put AS (
            INSERT INTO cart_line (cart_id, product_id, quantity, store_id, seen_price_rupiah)
            SELECT $1, product_id, quantity, store_id, price_rupiah FROM priced ORDER BY product_id
            ON CONFLICT (cart_id, product_id) DO UPDATE SET
                quantity = least(100000, excluded.quantity + CASE WHEN $3 THEN cart_line.quantity ELSE 0 END),
                store_id = coalesce(excluded.store_id, cart_line.store_id),
                seen_price_rupiah = excluded.seen_price_rupiah
            RETURNING product_id
        )
        SELECT (SELECT count(*) FROM put) AS on_sale,
               (SELECT count(*) FROM put
                WHERE product_id NOT IN (SELECT product_id FROM cart_line WHERE cart_id = $1)) AS new,
               (SELECT count(*) FROM put) + (
                   SELECT count(*) FROM cart_line
                   WHERE cart_id = $1 AND product_id NOT IN (SELECT product_id FROM asked)
               ) AS held
        """,
        cart_id,
        lines,
        is_added,
    )
    if row is None:
        raise AssertionError
    return row["on_sale"], row["held"], row["new"]


async def count_lines(connection: Connection, key: CartKey) -> int:
    """Goods in the visitor's cart, for the number in the header."""
    count: int = await connection.fetchval(
        f"SELECT count(*) FROM cart_line l JOIN cart c ON c.id = l.cart_id WHERE c.{OWNERS[key.is_guest]} = $1",
        key.value,
    )
    return count


async def merge_carts(connection: Connection, *, source: CartId, target: CartId) -> None:
    """Move a guest's lines into the resident's cart: of the same goods the larger quantity stays."""
    await connection.execute(
        """
        WITH moved AS (DELETE FROM cart_line WHERE cart_id = $1 RETURNING *)
        INSERT INTO cart_line (cart_id, product_id, quantity, store_id, seen_price_rupiah, added_at)
        SELECT $2, product_id, quantity, store_id, seen_price_rupiah, added_at FROM moved
        ON CONFLICT (cart_id, product_id) DO UPDATE SET
            quantity = greatest(cart_line.quantity, excluded.quantity),
            store_id = coalesce(excluded.store_id, cart_line.store_id),
            seen_price_rupiah = CASE WHEN excluded.store_id IS NOT NULL
                THEN excluded.seen_price_rupiah ELSE cart_line.seen_price_rupiah END
        """,
        source,
        target,
    )


async def delete_cart(connection: Connection, cart_id: CartId) -> None:
    """Remove a cart whose lines were moved away."""
    await connection.execute("DELETE FROM cart WHERE id = $1", cart_id)


async def delete_stale_carts(connection: Connection, *, before: datetime, limit: int) -> int:
    """Remove guests' carts untouched since an instant, with their lines, skipping those in use; return how many."""
    status = await connection.execute(
        """
        DELETE FROM cart WHERE id = ANY (ARRAY(
            SELECT id FROM cart WHERE person_id IS NULL AND touched_at < $1
            ORDER BY touched_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """,
        before,
        limit,
    )
    return int(status.rsplit(" ", 1)[-1])
