"""Whose cart: a resident's by person, a guest's by the token in their cookie or header."""

from typing import Final

import msgspec

from marketplace.actor import Actor
from marketplace.ids import PersonId, hash_token

# Columns that find a resident's and a guest's cart. A statement names one of them: with `person_id = $1 OR
# token_hash = $2` it is planned anew each time: most of the 1,9 ms that the basket took.
OWNERS: Final = ("person_id", "token_hash")


class CartKey(msgspec.Struct, frozen=True, kw_only=True):
    """Finds one cart; exactly one of the two is set."""

    person_id: PersonId | None = None
    token_hash: bytes | None = None

    @property
    def value(self) -> int | bytes:
        """The one that is set, for the column `OWNERS[key.is_guest]`."""
        return self.person_id if self.person_id is not None else self.token_hash or b""

    @property
    def is_guest(self) -> bool:
        """Whether the token is what finds the cart."""
        return self.person_id is None


def cart_key_of(actor: Actor, token: str) -> CartKey | None:
    """Return the key of this visitor's cart; None for a guest who has none yet."""
    if actor.person_id is not None:
        return CartKey(person_id=actor.person_id)
    return CartKey(token_hash=hash_token(token)) if token else None
