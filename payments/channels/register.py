"""A store's own ways to be paid: registering its QRIS code and its bank account, and reading them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from payments.channels import store
from payments.connection import require_transaction
from payments.errors import PaymentsError
from payments.money import WHOLE_BASIS_POINTS, Money
from payments.qris.payload import Merchant, read_static

if TYPE_CHECKING:
    import asyncpg

    from payments.connection import Connection

_NUMBER: Final = re.compile(r"[0-9]{6,20}")
_LONGEST_BANK, _LONGEST_HOLDER = 40, 60


class BadBankAccount(PaymentsError):
    """Bank, number or holder cannot be right. `field` is bank, number or holder."""

    code = "bad_bank_account"
    message = "{problem}"

    def __init__(self, *, field: str, problem: str) -> None:
        """Keep which field is wrong, and the Indonesian sentence."""
        super().__init__(problem=problem)
        self.field = field
        self.problem = problem


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Where buyers transfer to. `reference` names it in the ledger."""

    bank_account_id: int
    bank: str
    number: str
    holder: str

    @property
    def reference(self) -> str:
        """Return the account's name in the ledger."""
        return f"bank:{self.bank_account_id}"

    @property
    def text(self) -> str:
        """Return what a buyer needs to write into a transfer."""
        return f"{self.bank} {self.number} a.n. {self.holder}"


class Channels(msgspec.Struct, frozen=True, kw_only=True):
    """What a book takes besides cash; None where it does not. Maxima are those of the day, None without a limit."""

    qris: Merchant | None
    bank_account: BankAccount | None
    qris_maximum: Money | None
    transfer_maximum: Money | None
    takes_cards: bool = False


async def register_qris(connection: Connection, *, book: str, text: str, at: datetime, author: str) -> Merchant:
    """Keep a static code as the one that a book's codes are made from. Raises BadQris."""
    require_transaction(connection)
    merchant = read_static(text)
    await store.lock_channels(connection, book=book)
    await store.insert_qris_merchant(connection, book=book, merchant=merchant, at=at, author=author)
    return merchant


async def register_bank_account(
    connection: Connection, *, book: str, bank: str, number: str, holder: str, at: datetime, author: str
) -> BankAccount:
    """Keep an account as the one that buyers transfer to. Raises BadBankAccount."""
    require_transaction(connection)
    bank, holder = " ".join(bank.split()), " ".join(holder.split())
    number = re.sub(r"[\s.-]", "", number)
    if not 2 <= len(bank) <= _LONGEST_BANK:  # noqa: PLR2004 - "BRI" has three
        raise BadBankAccount(field="bank", problem="Tulis nama bank, misalnya BRI atau Bank BJB.")
    if not _NUMBER.fullmatch(number):
        raise BadBankAccount(field="number", problem="Nomor rekening terdiri dari 6 sampai 20 angka.")
    if not 2 <= len(holder) <= _LONGEST_HOLDER:  # noqa: PLR2004 - as the shortest names
        raise BadBankAccount(field="holder", problem="Tulis nama pemilik rekening seperti di buku tabungan.")
    await store.lock_channels(connection, book=book)
    account_id = await store.insert_bank_account(
        connection, book=book, bank=bank, number=number, holder=holder, at=at, author=author
    )
    return BankAccount(bank_account_id=account_id, bank=bank, number=number, holder=holder)


async def stop_channel(connection: Connection, *, book: str, method: str) -> None:
    """Take no more payments of a way ("qris", "transfer" or "stripe"); attempts that wait may still be paid."""
    require_transaction(connection)
    await store.lock_channels(connection, book=book)
    if method == "stripe":
        await store.stop_cards(connection, book=book)
    elif method == "qris":
        await store.stop_qris(connection, book=book)
    else:
        await store.stop_transfers(connection, book=book)


async def find_channels(connection: Connection, *, book: str, on: date) -> Channels:
    """What a book takes besides cash, and how much at once on a day."""
    merchant = await store.find_qris_merchant(connection, book=book)
    account = await store.find_bank_account(connection, book=book)
    limits = await store.list_limits(connection, on=on)
    return Channels(
        qris=None if merchant is None else _merchant(merchant),
        bank_account=None if account is None else _account(account),
        qris_maximum=Money(limits["qris"]) if "qris" in limits else None,
        transfer_maximum=Money(limits["transfer"]) if "transfer" in limits else None,
        takes_cards=await store.takes_cards(connection, book=book),
    )


async def qris_fee(connection: Connection, *, book: str, amount: Money, on: date) -> Money:
    """What a QRIS payment costs the store (MDR), rounded down to the rupiah; the buyer never pays it.

    Source of the rates: Bank Indonesia, as dated rows in `qris_fee`.
    """
    merchant = await store.find_qris_merchant(connection, book=book)
    criteria = "" if merchant is None else merchant["criteria"]
    basis_points = await store.find_qris_fee(connection, criteria=criteria, amount=amount, on=on)
    return Money(amount.rupiah * basis_points // WHOLE_BASIS_POINTS)


def _merchant(row: asyncpg.Record) -> Merchant:
    return Merchant(
        payload=row["payload"], nmid=row["nmid"], name=row["name"], city=row["city"], criteria=row["criteria"]
    )


def _account(row: asyncpg.Record) -> BankAccount:
    return BankAccount(bank_account_id=row["id"], bank=row["bank"], number=row["number"], holder=row["holder"])
