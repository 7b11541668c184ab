"""Keep a guest's cart when they sign in: it becomes, or flows into, the resident's."""

from marketplace.cart import store
from marketplace.cart.keys import CartKey
from marketplace.database import Connection
from marketplace.ids import PersonId, hash_token


async def adopt_cart(connection: Connection, *, person_id: PersonId, token: str) -> None:
    """Move the goods of the guest cart behind `token` to the person, inside the sign-in's transaction."""
    guest = await store.lock_cart(connection, CartKey(token_hash=hash_token(token))) if token else None
    if guest is None:
        return
    target = await store.insert_cart(connection, CartKey(person_id=person_id), guest["village_code"])
    await store.merge_carts(connection, source=guest["id"], target=target)
    await store.delete_cart(connection, guest["id"])
