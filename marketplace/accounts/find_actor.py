"""From a session's token to the person and the hats behind it, in one statement."""

import asyncpg

from marketplace import database
from marketplace.accounts.store import find_session
from marketplace.actor import Actor, Hat, Suspension
from marketplace.ids import hash_token

_SHORTEST_TOKEN, _LONGEST_TOKEN = 16, 64


async def find_actor(token: str) -> Actor | None:
    """Return who holds this session token; None where it is unknown, ended or expired."""
    if not _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN:
        return None
    async with database.connection() as connection:
        rows = await find_session(connection, hash_token(token))
    if not rows:
        return None
    first = rows[0]
    hats = tuple(
        Hat(
            assignment_id=row["assignment_id"],
            role=row["role"],
            organisation_id=row["organisation_id"],
            organisation_kind=row["organisation_kind"],
            organisation_name=row["organisation_name"],
            region_code=row["region_code"],
            store_id=row["store_id"],
        )
        for row in rows
        if row["assignment_id"] is not None and row["suspended_on"] is None
    )
    worn = next((hat for hat in hats if hat.assignment_id == first["worn_assignment_id"]), None)
    return Actor(
        person_id=first["person_id"],
        display_name=first["display_name"],
        language=first["language"],
        village_code=first["village_code"],
        session_id=first["session_id"],
        hats=hats,
        hat=worn,
        suspensions=tuple(_suspension(row) for row in rows if row["suspended_on"] is not None),
    )


def _suspension(row: asyncpg.Record) -> Suspension:
    return Suspension(
        role=row["role"],
        organisation_kind=row["organisation_kind"],
        organisation_name=row["organisation_name"],
        since=row["suspended_on"],
        reason=row["suspended_because"] or "",
    )
