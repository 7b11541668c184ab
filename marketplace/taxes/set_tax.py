"""Switch a tax on or off for the actor's store from a day on, tomorrow at the earliest: no sale of the past changes.

PPN: a store is an entrepreneur under it (PKP) from the day of its confirmation, by number and date of that letter; most
village cooperatives sell for less than Rp 4.800.000.000 a year and are none (PMK 197/2013).

PPh 22 by PMK 37/2025: half a percent of what is sold through a marketplace that the Directorate General of Taxes has
appointed, from the appointment on. It is not taken of sellers with a certificate of exemption (SKB), of private persons
with up to Rp 500.000.000 a year who said so in writing, of transport by drivers, of pulsa and airtime, of gold and
jewels, of land and buildings, and not of what is sold at the counter, which is no trade by electronic means. The
appointment is the platform's (set_platform_tax.py); a store's own setting, such as its certificate, goes before it.
"""

from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

import asyncpg
import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.taxes import store

Tax = Literal["ppn", "pph22"]
TAX_LABELS: Final[dict[str, str]] = {"ppn": "PPN", "pph22": "PPh 22"}
LONGEST_REFERENCE: Final = 120
_MOST_DAYS: Final = 730
_SENTENCES: Final = {
    "tax": "Pilih PPN atau PPh 22.",
    "past": "Berlaku paling cepat besok: penjualan yang sudah terjadi tidak berubah.",
    "far": "Tanggal ini terlalu jauh: paling lama dua tahun lagi.",
    "reference": "Tulis nomor surat yang mendasarinya, paling panjang 120 huruf.",
}


class SetTax(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command: from a day on a tax is on or off, by the paper that says so."""

    tax: Tax
    is_on: bool
    effective_on: date
    reference: str


class TaxSetting(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: it holds from its day to the day before the next one of the same tax."""

    setting_id: int
    tax: Tax
    is_on: bool
    effective_on: date
    reference: str
    set_at: datetime
    set_by_name: str


class StoreTaxes(msgspec.Struct, frozen=True, kw_only=True):
    """Whether each tax is on today, in basis points (0: off), and all settings, of each tax the last first.

    `platform_settings` hold where the store has no setting of its own.
    """

    on: date
    ppn_basis_points: int
    pph22_basis_points: int
    settings: list[TaxSetting]
    platform_settings: list[TaxSetting]


async def show_taxes(*, actor: Actor) -> StoreTaxes:
    """Taxes of the actor's store."""
    store_id, now = actor.require_store(), clock.now()
    async with database.connection() as connection:
        today = await store.find_day(connection, store_id=store_id, at=now)
        rates = await store.find_rates(connection, store_id=store_id, at=now)
        rows = await store.list_settings(connection, store_id)
        of_platform = await store.list_platform_settings(connection)
    return StoreTaxes(
        on=today,
        ppn_basis_points=rates.ppn,
        pph22_basis_points=rates.pph22,
        settings=[told_setting(row) for row in rows],
        platform_settings=[told_setting(row) for row in of_platform],
    )


@database.retry_on_conflict
async def set_tax(command: SetTax, *, actor: Actor, once: Once) -> TaxSetting:
    """Write a setting.

    Raises:
        InvalidError: an unknown tax, today or before, more than two years ahead, no paper named.

    """
    store_id, person_id, now = actor.require_store(), actor.require_person(), clock.now()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TaxSetting)) is not None:
            return answer
        today = await store.find_day(connection, store_id=store_id, at=now)
        reference = checked_reference(command, today=today)
        setting_id = await store.insert_setting(
            connection,
            store_id=store_id,
            tax=command.tax,
            is_on=command.is_on,
            effective_on=command.effective_on,
            reference=reference,
            set_by=person_id,
            set_at=now,
        )
        await record_audit(
            connection,
            actor=actor,
            action="tax.set",
            subject=f"store:{store_id}",
            detail={"tax": command.tax, "is_on": command.is_on, "effective_on": command.effective_on.isoformat()},
        )
        rows = await store.list_settings(connection, store_id)
        answer = next(told_setting(row) for row in rows if row["id"] == setting_id)
        await once.keep_answer(connection, answer)
        return answer


def checked_reference(command: SetTax, *, today: date) -> str:
    """The paper that a command names, where all of it holds.

    Raises:
        InvalidError: an unknown tax, today or before, more than two years ahead, no paper named.

    """
    errors: dict[str, str | tuple[str, dict[str, object]]] = {}
    reference = " ".join(command.reference.split())
    if command.tax not in get_args(Tax):
        errors["tax"] = _SENTENCES["tax"]
    if command.effective_on <= today:
        errors["effective_on"] = _SENTENCES["past"]
    elif command.effective_on > today + timedelta(days=_MOST_DAYS):
        errors["effective_on"] = _SENTENCES["far"]
    if not 1 <= len(reference) <= LONGEST_REFERENCE:
        errors["reference"] = _SENTENCES["reference"]
    if errors:
        raise InvalidError(fields=errors)
    return reference


def told_setting(row: asyncpg.Record) -> TaxSetting:
    """Tell a setting."""
    return TaxSetting(
        setting_id=row["id"], **{name: row[name] for name in TaxSetting.__struct_fields__ if name != "setting_id"}
    )
