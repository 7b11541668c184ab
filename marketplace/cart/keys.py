"""Whose cart: a resident's by person, a guest's by the token in their cookie or header."""

import msgspec

from marketplace.actor import Actor
from marketplace.ids import PersonId, hash_token


class CartKey(msgspec.Struct, frozen=True, kw_only=True):
    """Finds one cart; exactly one of the two is set."""

    person_id: PersonId | None = None
    token_hash: bytes | None = None


def cart_key_of(actor: Actor, token: str) -> CartKey | None:
    """Return the key of this visitor's cart; None for a guest who has none yet."""
    if actor.person_id is not None:
        return CartKey(person_id=actor.person_id)
    return CartKey(token_hash=hash_token(token)) if token else None
