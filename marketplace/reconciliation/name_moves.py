"""What the book's money at the bank was for, in words and with where to look: a supplier paid, a buyer's money back."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from marketplace.books import order_of
from marketplace.database import Connection
from marketplace.ids import StoreId
from marketplace.reconciliation import move_store as store
from payments import Move

_ORDER: Final = re.compile(r"order:([0-9]+)")
_PAYMENT: Final = re.compile(r"payment:([0-9]+)")
_PAYOUT: Final = "payout:"
PURPOSE_LABELS: Final = {
    "supplier": "Pelunasan pemasok",
    "buyer": "Pengembalian ke pembeli",
    "payout": "Pencairan Stripe",
    "other": "Uang keluar lain",
}


class NamedMove(msgspec.Struct, frozen=True, kw_only=True):
    """A move as people know it: `purpose` as in PURPOSE_LABELS, what it is about, the bank's number if there is one."""

    move: Move
    purpose: str
    about: str
    href: str
    reference: str = ""


async def name_moves(connection: Connection, store_id: StoreId, moves: Sequence[Move]) -> list[NamedMove]:
    """Name moves of a store, in the order given."""
    if not moves:
        return []
    remittances = await store.list_remittances(
        connection, store_id=store_id, transfer_ids=[move.transfer_id for move in moves]
    )
    codes = await store.list_paid_orders(
        connection,
        store_id=store_id,
        order_ids=[order_of(move.source) for move in moves if _ORDER.fullmatch(move.source)],
        payment_ids=[int(found[1]) for move in moves if (found := _PAYMENT.fullmatch(move.source))],
    )
    named = []
    for move in moves:
        paid, code = remittances.get(move.transfer_id), codes.get(move.source)
        if paid is not None:
            named.append(
                NamedMove(
                    move=move,
                    purpose="supplier",
                    about=f"{paid['supplier_name']} · nota {paid['number']}",
                    href=f"/koperasi/pelunasan/{paid['run_id']}",
                    reference=paid["reference"],
                )
            )
        elif code is not None:
            named.append(NamedMove(move=move, purpose="buyer", about=code, href=f"/koperasi/pesanan/{code}"))
        else:
            purpose = "payout" if move.source.startswith(_PAYOUT) else "other"
            named.append(NamedMove(move=move, purpose=purpose, about=move.source, href="/koperasi/buku"))
    return named
