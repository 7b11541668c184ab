"""Where a supplier wants its money: sealed at rest, shown masked except to who pays."""

import re
from datetime import datetime
from typing import Final

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.sealing import current_sealer
from marketplace.settlement import agreement_store

_PURPOSE: Final = "settlement.account"
_NUMBER: Final = re.compile(r"[0-9]{6,20}")
_SHORTEST, _LONGEST_BANK, _LONGEST_HOLDER = 2, 40, 60
_SHOWN_DIGITS = 4


class PayoutAccount(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A bank account in full."""

    bank: str
    number: str
    holder: str


class MaskedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account with the last four digits of its number only; empty where there is none."""

    bank: str = ""
    number: str = ""
    changed_at: datetime | None = None


def open_account(sealed: bytes) -> PayoutAccount:
    """The account in full: for who pays only."""
    return msgspec.json.decode(current_sealer().open_sealed(sealed, purpose=_PURPOSE), type=PayoutAccount)


def masked(sealed: bytes | None, changed_at: datetime | None) -> MaskedAccount:
    """What everybody else may see of an account."""
    if sealed is None:
        return MaskedAccount()
    account = open_account(sealed)
    return MaskedAccount(bank=account.bank, number=f"••••{account.number[-_SHOWN_DIGITS:]}", changed_at=changed_at)


async def show_own_account(*, actor: Actor) -> MaskedAccount:
    """The account of the supplier whose hat is worn, masked."""
    async with database.connection() as connection:
        row: asyncpg.Record | None = await agreement_store.find_account(connection, actor.require_hat().organisation_id)
    return MaskedAccount() if row is None else masked(row["sealed"], row["changed_at"])


@database.retry_on_conflict
async def save_own_account(account: PayoutAccount, *, actor: Actor, once: Once) -> MaskedAccount:
    """Keep where the supplier whose hat is worn wants its money.

    Raises:
        InvalidError: bank, number or holder cannot be right.

    """
    checked = _checked(account)
    supplier_id, now = actor.require_hat().organisation_id, clock.now()
    sealed = current_sealer().seal(msgspec.json.encode(checked).decode(), purpose=_PURPOSE)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, MaskedAccount)) is not None:
            return answer
        await agreement_store.save_account(
            connection, supplier_id=supplier_id, sealed=sealed, changed_by=actor.require_person(), at=now
        )
        await record_audit(connection, actor=actor, action="settlement.account", subject=f"organisation:{supplier_id}")
        answer = masked(sealed, now)
        await once.keep_answer(connection, answer)
        return answer


def _checked(account: PayoutAccount) -> PayoutAccount:
    bank, holder = " ".join(account.bank.split()), " ".join(account.holder.split())
    number = re.sub(r"[\s.-]", "", account.number)
    fields: dict[str, str | tuple[str, dict[str, object]]] = {}
    if not _SHORTEST <= len(bank) <= _LONGEST_BANK:
        fields["bank"] = "Tulis nama bank, misalnya BRI atau Bank BJB."
    if not _NUMBER.fullmatch(number):
        fields["number"] = "Nomor rekening terdiri dari 6 sampai 20 angka."
    if not _SHORTEST <= len(holder) <= _LONGEST_HOLDER:
        fields["holder"] = "Tulis nama pemilik rekening seperti di buku tabungan."
    if fields:
        raise InvalidError(fields=fields)
    return PayoutAccount(bank=bank, number=number, holder=holder)
