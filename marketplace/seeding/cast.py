"""Who acts at the pilot's store while it lives through its months, and each act's key."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from marketplace.actor import Actor, Hat
from marketplace.books import book_of
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, PersonId, StoreId
from marketplace.seeding.people import build_members
from marketplace.seeding.villages import JATIMAKMUR

if TYPE_CHECKING:
    from marketplace.database import Connection
    from marketplace.seeding.trade_rows import Ids
    from marketplace.seeding.world import World

T = TypeVar("T")
_numbers = count(1)


class Unrepeated(Once, frozen=True, kw_only=True):
    """The key of an act that nobody sends twice: no answer is kept for it."""

    async def find_answer(self, connection: Connection, answer_type: type[T]) -> T | None:  # noqa: ARG002
        """Say that it is new."""
        return None

    async def keep_answer(self, connection: Connection, answer: object) -> None:
        """Keep nothing."""


def once() -> Unrepeated:
    """Return a key of its own."""
    return Unrepeated(scope="seeding", key=f"seeding-{next(_numbers)}", request_hash=b"")


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the pilot's store; `seller` is the supplier who signs in, `phones` are those of its members."""

    store_id: StoreId
    cashier: Actor
    manager: Actor
    board: Actor
    seller: Actor
    phones: tuple[str, ...]

    @property
    def book(self) -> str:
        """Name of the store's book."""
        return book_of(self.store_id)


def find_cast(world: World, ids: Ids, store_index: int) -> Cast:
    """Dress the demonstration's people in their hats."""
    store_id = StoreId(ids.stores[store_index])

    def actor(key: str) -> Actor:
        person = next(one for one in world.people if one.key == key)
        role = person.roles[0]
        hat = Hat(
            assignment_id=0,
            role=role.role,
            organisation_id=OrganisationId(ids.organisations[role.organisation_key]),
            organisation_kind=role.organisation_kind,
            organisation_name="",
            region_code=JATIMAKMUR,
            store_id=store_id if role.organisation_kind == "cooperative" else None,
        )
        return Actor(person_id=PersonId(ids.people[key]), display_name=person.name, hats=(hat,), hat=hat)

    member = next(one for one in world.people if one.key == "anggota")
    return Cast(
        store_id=store_id,
        cashier=actor("kasir"),
        manager=actor("kepala"),
        board=actor("pengurus"),
        seller=actor("penjual"),
        phones=(member.phone, *(one.phone for one in build_members())),
    )
