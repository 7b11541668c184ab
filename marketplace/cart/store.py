"""Every SQL statement of cart. A cart row is locked before its lines."""

from datetime import datetime

import asyncpg

from marketplace.cart.keys import OWNERS, CartKey
from marketplace.database import Connection
from marketplace.http.idempotency import CLAIM_CTE, Once
from marketplace.ids import CartId, ProductId, StoreId

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


async def insert_cart(connection: Connection, key: CartKey, village_code: str | None) -> CartId:
    """Make the visitor's cart, or lock the one that a twin request made meanwhile."""
    target = "person_id" if key.person_id is not None else "token_hash"
    cart_id: CartId = await connection.fetchval(
        f"INSERT INTO cart (person_id, token_hash, village_code) VALUES ($1, $2, $3)"
        f" ON CONFLICT ({target}) DO UPDATE SET touched_at = now() RETURNING id",
        key.person_id,
        key.token_hash,
        village_code,
    )
    return cart_id


async def put_lines(
    connection: Connection,
    cart_id: CartId,
    lines: list[tuple[ProductId, int, StoreId | None, int]],
    *,
    is_added: bool,
) -> list[asyncpg.Record]:
    """Write (product, quantity, store, price seen) lines; `is_added` adds to the quantity that is there.

    Quantities stop at 100.000. Returns the products written.
    """
    return await connection.fetch(
        """
        INSERT INTO cart_line (cart_id, product_id, quantity, store_id, seen_price_rupiah)
        SELECT $1, * FROM unnest($2::bigint[], $3::int[], $4::bigint[], $5::bigint[])
        ON CONFLICT (cart_id, product_id) DO UPDATE SET
            quantity = least(100000, excluded.quantity + CASE WHEN $6 THEN cart_line.quantity ELSE 0 END),
            store_id = coalesce(excluded.store_id, cart_line.store_id),
            seen_price_rupiah = excluded.seen_price_rupiah
        RETURNING product_id
        """,
        cart_id,
        [line[0] for line in lines],
        [line[1] for line in lines],
        [line[2] for line in lines],
        [line[3] for line in lines],
        is_added,
    )


async def find_prices(
    connection: Connection, pairs: list[tuple[ProductId, StoreId | None]]
) -> dict[ProductId, asyncpg.Record]:
    """Public price of each product at the store named, or the lowest anywhere; absent where it is not on sale."""
    rows = await connection.fetch(
        """
        SELECT w.product_id, p.name, p.min_quantity, g.price_rupiah
        FROM unnest($1::bigint[], $2::bigint[]) AS w (product_id, store_id)
        JOIN product p ON p.id = w.product_id AND p.state = 'published'
        CROSS JOIN LATERAL (
            SELECT l.price_rupiah FROM listing l JOIN store s ON s.id = l.store_id AND s.is_active
            WHERE l.product_id = w.product_id AND l.state = 'active' AND (w.store_id IS NULL OR l.store_id = w.store_id)
            ORDER BY l.price_rupiah LIMIT 1
        ) g
        """,
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
    )
    return {row["product_id"]: row for row in rows}


async def remove_lines(connection: Connection, cart_id: CartId, product_ids: list[ProductId]) -> None:
    """Take products out of the cart."""
    await connection.execute(
        "DELETE FROM cart_line WHERE cart_id = $1 AND product_id = ANY($2::bigint[])", cart_id, product_ids
    )


async def touch_cart(connection: Connection, cart_id: CartId, village_code: str | None) -> int:
    """Note a change (and where the buyer is, if said); return the number of lines."""
    count: int = await connection.fetchval(
        "UPDATE cart SET version = version + 1, touched_at = now(), village_code = coalesce($2, village_code)"
        " WHERE id = $1 RETURNING (SELECT count(*) FROM cart_line WHERE cart_id = $1)",
        cart_id,
        village_code,
    )
    return count


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
            store_id = coalesce(excluded.store_id, cart_line.store_id)
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
        DELETE FROM cart WHERE id IN (
            SELECT id FROM cart WHERE person_id IS NULL AND touched_at < $1
            ORDER BY touched_at LIMIT $2 FOR UPDATE SKIP LOCKED)
        """,
        before,
        limit,
    )
    return int(status.rsplit(" ", 1)[-1])
