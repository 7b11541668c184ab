"""Switch PPh 22 on or off for all stores of the platform from a day on, by the paper that says so; for the operator.

By PMK 37/2025 (and PER-15/PJ/2025) the Directorate General of Taxes appoints a marketplace, which then withholds of all
its sellers but those who are exempt. So it is one dated setting of the platform, off by default; a store that has a
setting of its own keeps to that. A platform whose buyers pay the cooperatives directly holds no money for them and is
not appointed.
"""

from datetime import date
from typing import Final

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.formats.dates import day_of
from marketplace.http.idempotency import Once
from marketplace.taxes import store
from marketplace.taxes.rates import PPH22
from marketplace.taxes.set_tax import SetTax, TaxSetting, checked_reference, told_setting

# A day begins there first, so what begins tomorrow there has begun for no store.
_EASTERNMOST: Final = "Asia/Jayapura"


class SetPlatformTax(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The command: from a day on PPh 22 is on or off for all stores, by the paper that says so."""

    is_on: bool
    effective_on: date
    reference: str


async def list_platform_taxes() -> list[TaxSetting]:
    """All settings of the platform, the one that begins last first."""
    async with database.connection() as connection:
        return [told_setting(row) for row in await store.list_platform_settings(connection)]


@database.retry_on_conflict
async def set_platform_tax(command: SetPlatformTax, *, actor: Actor, once: Once) -> TaxSetting:
    """Write a setting of the platform.

    Raises:
        InvalidError: today or before, more than two years ahead, no paper named.

    """
    person_id, now = actor.require_person(), clock.now()
    reference = checked_reference(
        SetTax(tax=PPH22, is_on=command.is_on, effective_on=command.effective_on, reference=command.reference),
        today=day_of(now, _EASTERNMOST),
    )
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, TaxSetting)) is not None:
            return answer
        setting_id = await store.insert_platform_setting(
            connection,
            tax=PPH22,
            is_on=command.is_on,
            effective_on=command.effective_on,
            reference=reference,
            set_by=person_id,
            set_at=now,
        )
        await record_audit(
            connection,
            actor=actor,
            action="tax.set_for_all",
            subject="platform_tax:pph22",
            detail={"tax": PPH22, "is_on": command.is_on, "effective_on": command.effective_on.isoformat()},
        )
        rows = await store.list_platform_settings(connection)
        answer = next(told_setting(row) for row in rows if row["id"] == setting_id)
        await once.keep_answer(connection, answer)
        return answer
