"""Rows to what pages and the API show."""

from datetime import date

import asyncpg

from marketplace import database
from marketplace.accounts import contact_of
from marketplace.actor import Actor
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.organisations import role_store, store
from marketplace.organisations.policy import check_acts_for
from marketplace.organisations.schemas import (
    ApplicationView,
    AppliedView,
    CooperativeCounts,
    MembershipView,
    OrganisationView,
    OwnApplications,
    StaffView,
    StatusView,
)
from marketplace.organisations.states import WITH_PAPERS

LARGEST_LIST = 200


def to_organisation(row: asyncpg.Record) -> OrganisationView:
    """The public profile in a row."""
    return OrganisationView(
        organisation_id=row["id"],
        **{name: row[name] for name in OrganisationView.__struct_fields__ if name != "organisation_id"},
    )


async def view_organisation(connection: Connection, organisation_id: int) -> OrganisationView:
    """The public profile.

    Raises:
        NotFoundError: there is no such organisation.

    """
    row = await store.find_organisation(connection, organisation_id)
    if row is None:
        raise NotFoundError
    return to_organisation(row)


async def get_public_organisation(organisation_id: int) -> OrganisationView:
    """The profile that everybody may see.

    Raises:
        NotFoundError: there is none, or it is not at work (applied for, declined, suspended).

    """
    async with database.connection() as connection:
        view = await view_organisation(connection, organisation_id)
    if view.status in ("applied", "verified", "declined", "suspended"):
        raise NotFoundError
    return view


async def list_history(connection: Connection, organisation_id: int) -> list[StatusView]:
    """The dated history, oldest first."""
    return [
        StatusView(status=row["status"], effective_on=row["effective_on"], evidence=row["evidence"])
        for row in await store.list_history(connection, organisation_id)
    ]


async def list_waiting(*, village_code: str | None = None) -> list[ApplicationView]:
    """Applications that wait, oldest first; with a village only its sellers."""
    async with database.connection() as connection:
        rows = await store.list_waiting(connection, village_code, LARGEST_LIST)
    return [
        ApplicationView(
            organisation=to_organisation(row),
            applicant_name=row["applicant_name"] or "",
            applied_at=row["created_at"],
        )
        for row in rows
    ]


async def list_memberships(*, cooperative_id: int | None = None, person_id: int | None = None) -> list[MembershipView]:
    """Applications for membership: those waiting at a cooperative, or all of a person."""
    async with database.connection() as connection:
        rows = await role_store.list_membership_applications(
            connection,
            cooperative_id=cooperative_id,
            person_id=None if person_id is None else person_id,  # type: ignore[arg-type]
            limit=LARGEST_LIST,
        )
    return [
        MembershipView(
            application_id=row["id"],
            cooperative_id=row["cooperative_id"],
            cooperative_name=row["cooperative_name"],
            person_name=row["display_name"],
            village_code=row["village_code"],
            applied_at=row["applied_at"],
            decision=row["decision"],
            reason=row["reason"],
        )
        for row in rows
    ]


async def list_own_applications(actor: Actor) -> OwnApplications:
    """What the actor has applied for and what became of it."""
    person_id = actor.require_person()
    async with database.connection() as connection:
        rows = await store.list_applied_by(connection, person_id)
    return OwnApplications(
        organisations=[
            AppliedView(
                organisation_id=row["id"],
                kind=row["kind"],
                name=row["name"],
                status=row["status"],
                status_on=row["status_on"],
                evidence=row["evidence"] or "",
            )
            for row in rows
        ],
        memberships=await list_memberships(person_id=person_id),
    )


def _to_staff(row: asyncpg.Record, actor: Actor) -> StaffView:
    contact = contact_of(row["phone_sealed"], row["email_sealed"])
    return StaffView(
        assignment_id=row["id"],
        person_name=row["display_name"],
        contact_masked=contact.masked if contact else "",
        role=row["role"],
        granted_at=row["granted_at"],
        is_self=row["person_id"] == actor.person_id,
    )


async def list_staff(organisation_id: int, *, actor: Actor) -> list[StaffView]:
    """Who acts for the organisation.

    Raises:
        NotFoundError: the actor does not belong to it, or there is none.

    """
    check_acts_for(actor, organisation_id)
    async with database.connection() as connection:
        # An operator acts for all, so also for one that does not exist.
        if await store.find_organisation(connection, organisation_id) is None:
            raise NotFoundError
        rows = await role_store.list_staff(connection, organisation_id, LARGEST_LIST)
    return [_to_staff(row, actor) for row in rows]


async def list_members(cooperative_id: int, *, actor: Actor, after: int, limit: int) -> list[StaffView]:
    """Members of the cooperative whose hat is worn.

    Raises:
        NotFoundError: the actor does not belong to it.

    """
    check_acts_for(actor, cooperative_id)
    async with database.connection() as connection:
        rows = await role_store.list_members(connection, cooperative_id, after, limit)
    return [_to_staff(row, actor) for row in rows]


async def count_cooperatives_by_status_on(day: date, region_prefix: str) -> CooperativeCounts:
    """How many cooperatives of a region stood in which status on that day, by the dated history.

    `region_prefix` is the code of a region of any level. A suspended cooperative keeps the papers it had.
    """
    async with database.connection() as connection:
        rows = await store.count_cooperatives_by_status_on(connection, day, region_prefix)
    by_status: dict[str, int] = {}
    for row in rows:
        by_status[row["status"]] = by_status.get(row["status"], 0) + row["number"]
    return CooperativeCounts(
        total=sum(by_status.values()),
        with_papers=sum(row["number"] for row in rows if row["standing"] in WITH_PAPERS),
        by_status=by_status,
    )
