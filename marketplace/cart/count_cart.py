"""How many different goods are in the visitor's cart: the number in the head of a page."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.cart import store
from marketplace.cart.keys import cart_key_of


async def count_cart(actor: Actor, token: str) -> int:
    """Count by one indexed statement, and by none for guests without a cart and for those at work behind a counter."""
    if actor.hat is not None and actor.hat.role != "member":
        return 0
    key = cart_key_of(actor, token)
    if key is None:
        return 0
    async with database.connection() as connection:
        return await store.count_lines(connection, key)
