"""What organisations of a region did, newest first, as an agency reads it: nothing personal stands in it."""

from collections.abc import Mapping
from typing import Final

from marketplace import database
from marketplace.http.pagination import Page, decode_cursor, encode_cursor
from marketplace.oversight import store
from marketplace.oversight.schemas import AuditEvent

# What staff type about an order or a member may name a buyer or tell of their life.
_ABOUT_BUYERS: Final = ("order.", "return.", "tab.", "membership.", "person.", "dispute.")
_TYPED: Final = {"reason", "note"}


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
            subject=_subject_of(row["subject"]),
            organisation_name=row["organisation_name"],
            person_name=row["person_name"],
            facts=_facts_of(row["action"], row["detail"]),
        )
        for row in rows[:limit]
    ]
    return Page(items=items, next_cursor=encode_cursor(items[-1].id) if len(rows) > limit else None)


def _subject_of(subject: str) -> str:
    """Who owes on a tab or was given a share is the cooperative's own: of people only that it was one."""
    return "person" if subject.startswith("person:") else subject


def _facts_of(action: str, detail: object) -> dict[str, str | int]:
    if not isinstance(detail, Mapping):
        return {}
    unsaid = {"person_id"} | (_TYPED if action.startswith(_ABOUT_BUYERS) else set())
    return {name: value for name, value in detail.items() if isinstance(value, str | int) and name not in unsaid}
