"""Place the basket: one transaction from the cart to reserved goods, one order for each store.

Statements: claim the key and lock the cart; read the basket; write the orders, keep the answer and reserve; mark what
sold out. Killed anywhere before the commit nothing has happened; after it the repeated command gets the same answer.

Who comes while another order is being placed by this process waits for it, and then all who waited are placed by one
transaction (place_together.py). Whoever that refuses or fails is placed here, alone: so it only ever makes things
faster, and what is refused is refused by the same lines as ever.
"""

from typing import Any

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.cart import CartKey, claim_and_lock_cart
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId
from marketplace.inventory import OutOfStockError, turned_or_short
from marketplace.orders import placing_store, store
from marketplace.orders.checkout import (
    Asked,
    ExpectedLine,
    PlacedCheckout,
    PlacedOrder,
    PlaceOrder,
    checked_contact,
    compose,
)
from marketplace.orders.coalescing import Coalescing
from marketplace.orders.errors import EmptyCartError, NotServedError
from marketplace.orders.place_together import place_together
from marketplace.orders.plan import Plan
from marketplace.outbox import mark_search_dirty

__all__ = ["ExpectedLine", "PlaceOrder", "PlacedCheckout", "PlacedOrder", "place_order"]


async def place_order(
    command: PlaceOrder, *, actor: Actor, key: CartKey | None, channel: str, once: Once
) -> PlacedCheckout:
    """Turn the visitor's cart into orders and set their goods aside.

    Raises:
        EmptyCartError: nothing in the cart, or no cart.
        CartChangedError: the cart is not what `command.lines` says.
        PriceChangedError: a price moved; old and new are in it.
        NotServedError: a store cannot serve the goods any more.
        PriceAboveCeilingError: goods may not be sold at their price any more.
        InvalidError: name, phone, address or note; more or less than one purchase may hold.

    """
    contact = checked_contact(command)
    if key is None:
        raise EmptyCartError
    asked = Asked(command=command, actor=actor, key=key, channel=channel, once=once, contact=contact)
    return await _PLACING.run(asked)


@database.retry_on_conflict
async def _place_alone(asked: Asked) -> PlacedCheckout:
    async with database.transaction() as connection:
        is_new, cart_id = await claim_and_lock_cart(connection, asked.key, asked.once)
        if not is_new:
            return await asked.once.read_answer(connection, PlacedCheckout)
        if cart_id is None:
            raise EmptyCartError
        rows = await store.read_locked_basket(
            connection, cart_id, home_village_code=asked.actor.village_code, store_ids=asked.store_ids
        )
        now = clock.now()
        checkout = compose(rows, asked, now=now)
        reserved = await placing_store.write_and_reserve(
            connection,
            cart_id=cart_id,
            checkout_token=checkout.answer.token,
            person_id=asked.actor.person_id,
            placed_at=now,
            orders=checkout.orders,
            lines=checkout.lines,
            kept=asked.once.kept(checkout.answer),
        )
        await mark_search_dirty(connection, "listings", _emptied(reserved, checkout.plan))
        return checkout.answer


def _emptied(rows: list[Any], plan: Plan) -> list[ListingId]:
    """Listings that nobody else can have now."""
    try:
        return turned_or_short(rows)
    except OutOfStockError as error:
        # Somebody was faster between reading the basket and reserving: say so in the buyer's words.
        names = {line.listing_id: line for order in plan.orders for line in order.lines}
        raise NotServedError(
            [
                {
                    "product_id": names[short.listing_id].product_id,
                    "name": names[short.listing_id].name,
                    "wanted": short.wanted,
                    "left": short.left,
                }
                for short in error.shortages
            ]
        ) from error


_PLACING = Coalescing(_place_alone, place_together)
