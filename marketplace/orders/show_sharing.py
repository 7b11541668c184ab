"""How a store's card money is shared, and what of it the cooperative has at its own account: for its people to see."""

from datetime import datetime
from typing import Final

import msgspec

from marketplace import database
from marketplace.books import book_of, order_of, supplier_reference_of
from marketplace.ids import StoreId
from marketplace.orders import payment_store
from marketplace.orders.stripe_access import configured_stripe
from payments import accounts, balance
from payments.stripe import find_receiver, find_sharing, list_refused_backs

_SHOWN: Final = 20


class NotTakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """What Stripe would not take back of the cooperative's part of an order: the account had spent it."""

    code: str
    amount_rupiah: int
    wanted_at: datetime


class CardSharing(msgspec.Struct, frozen=True, kw_only=True):
    """`is_split`: after hand-over suppliers and the cooperative are sent their parts; else the platform pays all out.

    `may_receive` is about the cooperative's own account, and `at_stripe_rupiah` what this store has on it.
    """

    is_split: bool
    may_receive: bool
    at_stripe_rupiah: int
    not_taken_back: tuple[NotTakenBack, ...] = ()


async def show_sharing(store_id: StoreId) -> CardSharing | None:
    """Read how a store shares; None where it takes no cards."""
    if configured_stripe() is None:
        return None
    book = book_of(store_id)
    async with database.connection() as connection:
        sharing = await find_sharing(connection, book=book)
        if sharing is None:
            return None
        owner = supplier_reference_of(await payment_store.find_cooperative(connection, store_id))
        refused = await list_refused_backs(connection, book=book, limit=_SHOWN)
        ids = [order_of(one.payable) for one in refused]
        codes = await payment_store.list_codes(connection, store_id=store_id, order_ids=ids)
        return CardSharing(
            is_split=sharing == "split",
            may_receive=(await find_receiver(connection, owner=owner)).state == "active",
            at_stripe_rupiah=(await balance(connection, book=book, account=accounts.STRIPE_BALANCE)).rupiah,
            not_taken_back=tuple(
                NotTakenBack(
                    code=codes[order_of(one.payable)], amount_rupiah=one.amount.rupiah, wanted_at=one.wanted_at
                )
                for one in refused
            ),
        )
