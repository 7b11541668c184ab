"""Rows of organisations with their status history, of people and of their roles."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from marketplace.seeding.people import AGENCIES, OPERATOR_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketplace.sealing import Sealer
    from marketplace.seeding.specs import PersonSpec
    from marketplace.seeding.world import World

Row = tuple[Any, ...]

ORGANISATION_COLUMNS = (
    "id",
    "kind",
    "name",
    "description",
    "region_code",
    "address",
    "phone",
    "nib",
    "nik_koperasi",
    "ahu_number",
    "size",
    "legal_form",
    "status",
    "status_on",
    "is_demo",
    "created_at",
)
STATUS_COLUMNS = ("organisation_id", "status", "effective_on", "recorded_at", "evidence")
PERSON_COLUMNS = (
    "id",
    "display_name",
    "email_sealed",
    "email_fingerprint",
    "phone_sealed",
    "phone_fingerprint",
    "password_hash",
    "village_code",
    "created_at",
)
ROLE_COLUMNS = ("id", "person_id", "organisation_id", "organisation_kind", "role", "granted_at")

_PLATFORM_SINCE = date(2025, 8, 1)
_DEMO = "data demo"


def at_noon(day: date) -> datetime:
    """Noon in Bekasi of a day, as an instant."""
    return datetime.combine(day, time(5), UTC)


def organisation_keys(world: World) -> list[str]:
    """Keys of all organisations, in the order of their rows."""
    return [
        OPERATOR_KEY,
        *(agency.key for agency in AGENCIES),
        *(partner.key for partner in world.partners),
        *(cooperative.key for cooperative in world.cooperatives),
        *(seller.key for seller in world.catalogue.sellers),
    ]


def organisation_rows(world: World, ids: Mapping[str, int]) -> list[Row]:
    """One row for each key of `organisation_keys`."""
    since = at_noon(_PLATFORM_SINCE)
    rows: list[Row] = [
        (
            ids[OPERATOR_KEY],
            "operator",
            "Pengelola Lumbung (demo)",
            "Pengelola platform, data demo.",
            "32.75",
            "",
            None,
            None,
            None,
            None,
            None,
            None,
            "active",
            _PLATFORM_SINCE,
            True,
            since,
        )
    ]
    rows.extend(
        (
            ids[agency.key],
            "agency",
            agency.name,
            "Dinas pembina koperasi dan UKM, data demo.",
            agency.region_code,
            "",
            None,
            None,
            None,
            None,
            None,
            None,
            "active",
            _PLATFORM_SINCE,
            True,
            since,
        )
        for agency in AGENCIES
    )
    rows.extend(
        (
            ids[partner.key],
            "partner",
            partner.name,
            partner.description,
            partner.region_code,
            "",
            None,
            None,
            None,
            None,
            None,
            partner.legal_form,
            "active",
            _PLATFORM_SINCE,
            True,
            since,
        )
        for partner in world.partners
    )
    for cooperative in world.cooperatives:
        last = cooperative.history[-1]
        ahu_number = next(step.document for step in cooperative.history if step.status == "sk_ahu")
        rows.append(
            (
                ids[cooperative.key],
                "cooperative",
                cooperative.name,
                f"{cooperative.short_name}, data demo.",
                cooperative.village_code,
                cooperative.address,
                cooperative.phone,
                None,
                cooperative.nik_koperasi,
                ahu_number,
                None,
                cooperative.kind,
                last.status,
                last.since_on,
                True,
                at_noon(cooperative.history[0].since_on),
            )
        )
    rows.extend(
        (
            ids[seller.key],
            "seller",
            seller.name,
            seller.description,
            seller.village_code,
            seller.address,
            seller.phone,
            seller.nib,
            None,
            None,
            seller.scale,
            None,
            "active",
            seller.verified_on,
            True,
            at_noon(seller.verified_on - timedelta(days=9)),
        )
        for seller in world.catalogue.sellers
    )
    return rows


def status_rows(world: World, ids: Mapping[str, int]) -> list[Row]:
    """List the dated history of every organisation."""
    since = at_noon(_PLATFORM_SINCE)
    early = [OPERATOR_KEY, *(agency.key for agency in AGENCIES), *(partner.key for partner in world.partners)]
    rows: list[Row] = [(ids[key], "active", _PLATFORM_SINCE, since, _DEMO) for key in early]
    rows.extend(
        (ids[cooperative.key], step.status, step.since_on, at_noon(step.since_on), step.document or _DEMO)
        for cooperative in world.cooperatives
        for step in cooperative.history
    )
    for seller in world.catalogue.sellers:
        applied_on = seller.verified_on - timedelta(days=9)
        rows.extend(
            (ids[seller.key], status, day, at_noon(day), _DEMO)
            for status, day in (
                ("applied", applied_on),
                ("verified", seller.verified_on),
                ("active", seller.verified_on),
            )
        )
    return rows


def person_rows(
    people: list[PersonSpec], ids: Mapping[str, int], *, sealer: Sealer, password_hash: str, with_password: set[str]
) -> list[Row]:
    """One row for each person; contacts sealed, the password only for those named."""
    created_at = at_noon(_PLATFORM_SINCE)
    return [
        (
            ids[person.key],
            person.name,
            sealer.seal(person.email, purpose="person.email"),
            sealer.fingerprint(person.email, purpose="person.email"),
            sealer.seal(person.phone, purpose="person.phone"),
            sealer.fingerprint(person.phone, purpose="person.phone"),
            password_hash if person.key in with_password else None,
            person.home_village_code,
            created_at,
        )
        for person in people
    ]


def role_rows(
    people: list[PersonSpec], ids: range, person_ids: Mapping[str, int], organisation_ids: Mapping[str, int]
) -> list[Row]:
    """One row for each role of each person; `ids` are as many."""
    granted_at = at_noon(_PLATFORM_SINCE)
    roles = [(person, role) for person in people for role in person.roles]
    return [
        (
            role_id,
            person_ids[person.key],
            organisation_ids[role.organisation_key],
            role.organisation_kind,
            role.role,
            granted_at,
        )
        for role_id, (person, role) in zip(ids, roles, strict=True)
    ]
