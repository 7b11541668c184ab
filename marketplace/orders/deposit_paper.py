"""The store's own slip of cash that goes to the bank: it travels with the cash and is signed by both persons."""

import asyncpg
import msgspec

from marketplace.database import Connection
from marketplace.documents import Paper, PaperLine, Proof, find_proof, set_paper
from marketplace.errors import NotFoundError
from marketplace.formats.dates import day_of, format_full_date, format_time
from marketplace.formats.rupiah import format_rupiah
from marketplace.ids import StoreId
from marketplace.orders import deposit_store
from marketplace.web.translate import translate

_LARGEST_ID = 2**63 - 1


class DepositSlip(msgspec.Struct, frozen=True, kw_only=True):
    """A deposit with what its slip is printed from."""

    row: asyncpg.Record
    proof: Proof


async def read_deposit_slip(connection: Connection, *, store_id: StoreId, deposit_id: int) -> DepositSlip:
    """Read a deposit of a store.

    Raises:
        NotFoundError: there is none with this id.

    """
    row = None
    if 1 <= deposit_id <= _LARGEST_ID:
        row = await deposit_store.find_deposit(connection, store_id=store_id, deposit_id=deposit_id)
    if row is None:
        raise NotFoundError
    return DepositSlip(
        row=row,
        proof=await find_proof(connection, store_id=store_id, kind="deposit", number=row["number"]),
    )


def deposit_paper(slip: DepositSlip, language: str) -> Paper:
    """The slip in a language. Whether the cash arrived is not on it: that is said after it was printed."""

    def t(sentence: str, **facts: object) -> str:
        return translate(sentence, language, **facts)

    row = slip.row
    facts = [
        (t("Hari"), format_full_date(day_of(row["made_at"], row["time_zone"]), language)),
        (t("Pukul"), format_time(row["made_at"], row["time_zone"], language)),
        (t("Dibawa oleh"), row["made_by_name"]),
    ]
    if row["bank_number"] is not None:
        facts.append((t("Ke rekening"), f"{row['bank_name']} {row['bank_number']}"))
    return set_paper(
        slip.proof,
        kind=t("BUKTI SETORAN"),
        title=t("Bukti setoran no. {number}", number=row["number"]),
        language=language,
        facts=facts,
        lines=[
            PaperLine(name=t("Uang tunai dari brankas"), amount=format_rupiah(row["amount_rupiah"], language)),
        ],
        totals=[(t("Jumlah"), row["amount_rupiah"])],
        notes=[],
        signatures=(t("Pembawa uang"), t("Pemeriksa")),
    )
