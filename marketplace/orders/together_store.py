"""The statements that place the baskets of many buyers at once; what they lock says place_together.py."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from marketplace.database import Connection
from marketplace.http.idempotency import Once
from marketplace.ids import CartId, ListingId, PersonId
from marketplace.inventory import RESERVE_LOCKED
from marketplace.orders.checkout import Checkout
from marketplace.orders.placing_store import (
    LINE_COLUMNS,
    LINE_RECORD,
    LINE_VALUES,
    ORDER_COLUMNS,
    ORDER_RECORD,
    ORDER_VALUES,
)

# Everybody who waits in the batch waits for whoever holds these goods: then rather each alone.
LOCK_TIMEOUT: Final = "500ms"


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer whose basket is placed."""

    once: Once
    cart_id: CartId
    person_id: PersonId | None
    checkout: Checkout


async def limit_waiting(connection: Connection) -> None:
    """Let this transaction wait for a lock for `LOCK_TIMEOUT` at most."""
    await connection.execute("SELECT set_config('lock_timeout', $1, true)", LOCK_TIMEOUT)


async def write_together(
    connection: Connection, *, placed_at: datetime, granted: Sequence[Granted], given_back: Iterable[Once]
) -> list[ListingId]:
    """Write checkouts, orders, lines, history and kept answers, empty the carts and reserve; listings now empty.

    The keys were claimed by this transaction, those of others are `given_back`. The carts are locked, and so is the
    stock, which suffices.
    """
    rows = await connection.fetch(
        f"""
        WITH checked AS (
            SELECT * FROM jsonb_to_recordset($2::jsonb) AS c (
                token text, person_id bigint, cart_id bigint, scope text, key text, kept text)
        ), given_back AS (
            DELETE FROM idempotency_key k USING jsonb_to_recordset($5::jsonb) AS o (scope text, key text)
            WHERE k.scope = o.scope AND k.key = o.key AND k.body IS NULL
        ), kept AS (
            UPDATE idempotency_key k SET body = decode(c.kept, 'base64') FROM checked c
            WHERE k.scope = c.scope AND k.key = c.key
        ), checked_out AS (
            INSERT INTO checkout (token, person_id, placed_at) SELECT token, person_id, $1 FROM checked
            RETURNING id, token, person_id, placed_at
        ), ordered AS (
            INSERT INTO orders ({ORDER_COLUMNS})
            SELECT o.store_id, c.id, {ORDER_VALUES}
            FROM jsonb_to_recordset($3::jsonb) AS o (checkout_token text, {ORDER_RECORD})
            JOIN checked_out c ON c.token = o.checkout_token
            ORDER BY o.store_id
            RETURNING id, store_id, tracking_token, person_id
        ), lined AS (
            INSERT INTO order_line ({LINE_COLUMNS})
            SELECT {LINE_VALUES}
            FROM jsonb_to_recordset($4::jsonb) AS l (tracking_token text, {LINE_RECORD})
            JOIN ordered o ON o.tracking_token = l.tracking_token
            RETURNING order_id, store_id, listing_id, quantity, source
        ), noted AS (
            INSERT INTO order_history (order_id, state, happened_at, author_id)
            SELECT id, 'placed', $1, person_id FROM ordered
        ), emptied AS (
            DELETE FROM cart_line WHERE cart_id = ANY (ARRAY(SELECT cart_id FROM checked))
        ), wanted AS (
            SELECT order_id, store_id, listing_id, quantity FROM lined WHERE source <> 'made_to_order'
        ), {RESERVE_LOCKED}
        """,
        placed_at,
        [_checked(one) for one in granted],
        [_with(order, checkout_token=one.checkout.answer.token) for one in granted for order in one.checkout.orders],
        [line for one in granted for line in _lines(one)],
        [{"scope": once.scope, "key": once.key} for once in given_back],
    )
    return [row["listing_id"] for row in rows if row["free"] == 0]


def _checked(one: Granted) -> dict[str, Any]:
    scope, key, sealed = one.once.kept(one.checkout.answer)
    return {
        "token": one.checkout.answer.token,
        "person_id": one.person_id,
        "cart_id": one.cart_id,
        "scope": scope,
        "key": key,
        "kept": b64encode(sealed).decode(),
    }


def _lines(one: Granted) -> Iterable[dict[str, Any]]:
    tokens = {order["store_id"]: order["tracking_token"] for order in one.checkout.orders}
    return (_with(line, tracking_token=tokens[line["store_id"]]) for line in one.checkout.lines)


def _with(columns: dict[str, Any], **more: object) -> dict[str, Any]:
    return columns | more
