"""What organisations of a region did, newest first, as an agency reads it: nothing personal stands in it."""

from collections.abc import Mapping

from marketplace import database
from marketplace.http.pagination import Page, decode_cursor, encode_cursor
from marketplace.oversight import store
from marketplace.oversight.schemas import AuditEvent


async def list_audit_trail(region_code: str, *, cursor: str | None, limit: int) -> Page[AuditEvent]:
    """List what was done by and to organisations of the region, newest first."""
    position = decode_cursor(cursor, tuple[int])
    async with database.connection() as connection:
        rows = await store.list_audit_events(
            connection, region_code, before_id=position[0] if position else None, limit=limit + 1
        )
    items = [
        AuditEvent(
            id=row["id"],
            happened_at=row["happened_at"],
            action=row["action"],
            subject=row["subject"],
            organisation_name=row["organisation_name"],
            person_name=row["person_name"],
            facts=_facts_of(row["detail"]),
        )
        for row in rows[:limit]
    ]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)


def _facts_of(detail: object) -> dict[str, str | int]:
    if not isinstance(detail, Mapping):
        return {}
    return {name: value for name, value in detail.items() if isinstance(value, str | int)}
