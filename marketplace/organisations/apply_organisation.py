"""Apply for a seller (UMKM) or a partner (BUMD). What is at work only after approval is for decide_application."""

from typing import Any

import asyncpg

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.database import Connection
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId
from marketplace.organisations import store
from marketplace.organisations.check_profile import check_profile
from marketplace.organisations.days import today_at
from marketplace.organisations.schemas import ApplyPartner, ApplySeller, OrganisationView
from marketplace.organisations.views import view_organisation
from marketplace.regions import find_region

MOST_WAITING = 3


async def apply_seller(command: ApplySeller, *, actor: Actor, once: Once | None = None) -> OrganisationView:
    """Apply for a business; the applicant becomes its owner when it is approved.

    Raises:
        InvalidError: name, village, contact or numbers, field by field.
        ConflictError: three applications of this person wait already.

    """
    values = check_profile(
        name=command.name,
        description=command.description,
        address=command.address,
        phone=command.phone,
        email=command.email,
        nib=command.nib,
        npwp=command.npwp,
    )
    facts = {"kind": "seller", "region_code": command.village_code, "size": command.size, "legal_form": None}
    return await _apply(values | facts, levels=("village",), field="village_code", actor=actor, once=once)


async def apply_partner(command: ApplyPartner, *, actor: Actor, once: Once | None = None) -> OrganisationView:
    """Apply for an enterprise of a regency, city or province; the applicant becomes its staff when approved.

    Raises:
        InvalidError: name, region, contact or numbers, field by field.
        ConflictError: three applications of this person wait already.

    """
    values = check_profile(
        name=command.name,
        description=command.description,
        address=command.address,
        phone=command.phone,
        email=command.email,
        nib=command.nib,
        npwp=command.npwp,
    )
    facts = {"kind": "partner", "region_code": command.region_code, "size": None, "legal_form": command.legal_form}
    return await _apply(values | facts, levels=("regency", "province"), field="region_code", actor=actor, once=once)


async def _apply(
    values: dict[str, Any], *, levels: tuple[str, ...], field: str, actor: Actor, once: Once | None
) -> OrganisationView:
    person_id = actor.require_person()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, OrganisationView)) is not None:
            return answer
        region = await find_region(connection, str(values["region_code"]))
        if region is None or region.level not in levels:
            raise InvalidError(fields={field: "Wilayah ini tidak ada di daftar, atau bukan tingkat yang diminta."})
        if await store.count_waiting_of(connection, person_id) >= MOST_WAITING:
            message = "Masih ada {most} pengajuan Anda yang menunggu. Tunggu keputusannya dulu."
            raise ConflictError(message, most=MOST_WAITING)
        today = today_at(values["region_code"])
        organisation_id = await _insert(connection, values | {"status_on": today, "applied_by": person_id})
        await store.append_status(
            connection, organisation_id, "applied", effective_on=today, recorded_by=person_id, evidence=""
        )
        await record_audit(
            connection,
            actor=actor,
            action="organisation.applied",
            subject=f"organisation:{organisation_id}",
            organisation_id=organisation_id,
            detail={"kind": values["kind"]},
        )
        view = await view_organisation(connection, organisation_id)
        if once:
            await once.keep_answer(connection, view)
    return view


async def _insert(connection: Connection, values: dict[str, Any]) -> OrganisationId:
    try:
        return await store.insert_organisation(connection, values)
    except asyncpg.UniqueViolationError as error:
        raise taken_number(error) from error


def taken_number(error: asyncpg.UniqueViolationError) -> InvalidError:
    """Which identity number belongs to another organisation already, said at its field."""
    field = (error.constraint_name or "").removeprefix("organisation_")
    return InvalidError(fields={field: "Nomor ini sudah dipakai organisasi lain."})
