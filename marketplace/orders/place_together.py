"""Place the baskets of many buyers by one transaction: one commit, and one turn at the stock of goods that all want.

Statements: claim the keys and lock the carts; read the baskets; lock the stock; write everything; mark what sold out.
The locks are those of placing one order, in its order: keys, carts, stock by listing; the orders are new.

Goods are given in the order in which the buyers came, each basket whole or not at all. A basket that is refused for
whatever reason, whose cart somebody else holds, or whose key was used is left out and nothing of it is written; its
buyer is placed alone (coalescing.py) and told why. Whoever waits longer than `LOCK_TIMEOUT` makes all of them go alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from marketplace import clock, database
from marketplace.cart import claim_and_lock_carts
from marketplace.errors import LumbungError
from marketplace.ids import CartId, ListingId
from marketplace.inventory import lock_free
from marketplace.orders import store, together_store
from marketplace.orders.checkout import Asked, Checkout, PlacedCheckout, compose
from marketplace.outbox import mark_search_dirty


async def place_together(all_asked: Sequence[Asked]) -> list[PlacedCheckout | None]:
    """Place what can be placed at once; None for every buyer that has to be placed alone."""
    async with database.transaction() as connection:
        await together_store.limit_waiting(connection)
        claimed = await claim_and_lock_carts(
            connection, [(number, all_asked[number].key, all_asked[number].once) for number in _first_ones(all_asked)]
        )
        carts = _once_each(claimed)
        now = clock.now()
        checkouts = await _compose_all(connection, all_asked, carts, now=now)
        wanted = {number: _wanted(checkout) for number, checkout in checkouts.items()}
        granted = grant(wanted, await lock_free(connection, set().union(*wanted.values())))
        emptied = await together_store.write_together(
            connection,
            placed_at=now,
            granted=[
                together_store.Granted(
                    once=all_asked[number].once,
                    cart_id=carts[number],
                    person_id=all_asked[number].actor.person_id,
                    checkout=checkouts[number],
                )
                for number in granted
            ],
            given_back=[all_asked[number].once for number in claimed if number not in granted],
        )
        await mark_search_dirty(connection, "listings", emptied)
    return [checkouts[number].answer if number in granted else None for number in range(len(all_asked))]


def _first_ones(all_asked: Sequence[Asked]) -> list[int]:
    """The first of each key and of each cart: a twin has to see what the other did."""
    keys, carts, numbers = set(), set(), []
    for number, asked in enumerate(all_asked):
        key, cart = (asked.once.scope, asked.once.key), asked.key
        if key not in keys and cart not in carts:
            numbers.append(number)
        keys.add(key)
        carts.add(cart)
    return numbers


def _once_each(claimed: Mapping[int, CartId | None]) -> dict[int, CartId]:
    carts: dict[int, CartId] = {}
    for number, cart_id in sorted(claimed.items()):
        if cart_id is not None and cart_id not in carts.values():
            carts[number] = cart_id
    return carts


async def _compose_all(
    connection: database.Connection, all_asked: Sequence[Asked], carts: dict[int, CartId], *, now: datetime
) -> dict[int, Checkout]:
    rows = await store.read_locked_baskets(
        connection,
        [
            (number, cart_id, all_asked[number].actor.village_code, all_asked[number].store_ids)
            for number, cart_id in carts.items()
        ],
    )
    checkouts = {}
    for number in carts:
        try:
            checkouts[number] = compose(rows.get(number, []), all_asked[number], now=now)
        except LumbungError:
            # Refused alone, where it can be told.
            continue
    return checkouts


def _wanted(checkout: Checkout) -> dict[ListingId, int]:
    return {line["listing_id"]: line["quantity"] for line in checkout.lines if line["source"] != "made_to_order"}


def grant(wanted: Mapping[int, Mapping[ListingId, int]], free: Mapping[ListingId, int]) -> set[int]:
    """Whose basket can be had whole, in the order of `wanted`; goods that are not in `free` are not there."""
    left, granted = dict(free), set()
    for number, basket in wanted.items():
        if all(left.get(listing_id, 0) >= quantity for listing_id, quantity in basket.items()):
            granted.add(number)
            for listing_id, quantity in basket.items():
                left[listing_id] -= quantity
    return granted
