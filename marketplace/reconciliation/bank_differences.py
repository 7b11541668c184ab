"""Where the book and the bank disagree about cash brought there, money sent, and what the account held on a day."""

from datetime import date, timedelta
from typing import Final

from marketplace.database import Connection
from marketplace.ids import StoreId
from marketplace.reconciliation import move_store as store
from marketplace.reconciliation.name_moves import name_moves
from payments import AccountKind, Covered, balances, find_channels, find_covered, find_held_balance, list_moves

BANK_LABELS: Final = {
    "deposit_waiting": "Setoran belum terlihat di rekening",
    "deposit_unseen": "Setoran dikonfirmasi, tetapi tidak ada di mutasi",
    "move_unseen": "Uang keluar menurut buku, tetapi tidak ada di mutasi",
    "bank_balance": "Saldo buku dan saldo bank berbeda",
}
UNSEEN_DAYS: Final = 3
"""How many days a bank may take: a statement that reaches further should show it."""
_SEN: Final = 100
Found = tuple[str, str, str, int, date, str, str]


async def bank_differences(connection: Connection, store_id: StoreId, book: str, on: date) -> list[Found]:
    """Kind, subject, what it is about, sen, day, who should act, where."""
    covered: dict[str, Covered] = {}
    for line in await balances(connection, book=book, kinds=[AccountKind.BANK]):
        reference = line.account.reference
        days = await find_covered(connection, book=book, account_reference=reference)
        if days is not None:
            covered[reference] = days
    return [
        *await _deposits(connection, store_id, on, covered),
        *await _moves(connection, store_id, book, covered),
        *await _balance(connection, book, on),
    ]


async def _deposits(connection: Connection, store_id: StoreId, on: date, covered: dict[str, Covered]) -> list[Found]:
    found: list[Found] = []
    for row in await store.list_unseen_deposits(connection, store_id):
        made_on: date = row["made_on"]
        if row["state"] == "on_the_way":
            kind, is_due = "deposit_waiting", on - made_on > timedelta(days=UNSEEN_DAYS)
        else:
            days = covered.get(row["bank_reference"])
            kind = "deposit_unseen"
            is_due = days is not None and days.since <= made_on <= days.through - timedelta(days=UNSEEN_DAYS)
        if is_due:
            # Who brought the cash and who confirmed it have said what they know: the board looks.
            href = f"/koperasi/setoran/{row['id']}"
            about, sen = f"no. {row['number']}", row["amount_rupiah"] * _SEN
            found.append((kind, f"deposit:{row['id']}", about, sen, made_on, "pengurus", href))
    return found


async def _moves(connection: Connection, store_id: StoreId, book: str, covered: dict[str, Covered]) -> list[Found]:
    moves = [
        move
        for reference, days in sorted(covered.items())
        for move in await list_moves(
            connection,
            book=book,
            account_reference=reference,
            since=days.since,
            through=days.through - timedelta(days=UNSEEN_DAYS),
        )
        # What a gateway pays out may go to the platform's account; Stripe's own list tells where.
        if move.amount.is_negative
    ]
    return [
        (
            "move_unseen",
            f"move:{one.move.name}",
            one.about,
            one.move.amount.rupiah * _SEN,
            one.move.on,
            "store_manager",
            one.href,
        )
        for one in await name_moves(connection, store_id, moves)
    ]


async def _balance(connection: Connection, book: str, on: date) -> list[Found]:
    account = (await find_channels(connection, book=book, on=on)).bank_account
    if account is None:
        return []
    compared = await find_held_balance(connection, book=book, account_reference=account.reference, through=on)
    if compared is None or compared.held_sen == compared.said_sen:
        return []
    difference = compared.held_sen - compared.said_sen
    return [("bank_balance", account.reference, account.text, difference, compared.on, "pengurus", "")]
