"""What waits for an answer in the demonstration: a member, a business and a partner that want to join.

Their applicants come from `people.build_applicants`. The organisations stand aside from the world's, for they hold no
role, no goods and no books yet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketplace.seeding import store
from marketplace.seeding.trade import WIB
from marketplace.seeding.villages import JATIMAKMUR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketplace.database import Connection

_KEYS: Final = ("kind", "name", "description", "region_code", "address", "size", "legal_form", "applied_by")
_APPLYING: Final = (
    (
        "seller",
        "Kue Cucur Kampung Sawah (demo)",
        "Kue cucur gula aren, digoreng tiap pagi. Data demo.",
        JATIMAKMUR,
        "Jl. Contoh No. 12, RT 004/RW 006",
        "mikro",
        None,
        "usaha",
    ),
    (
        "partner",
        "Perumda Pangan Contoh (demo)",
        "Ingin menawarkan beras dan minyak goreng kepada koperasi kelurahan. Data demo.",
        "32.75",
        "",
        None,
        "perumda",
        "mitra",
    ),
)


async def load_applications(
    connection: Connection, *, now: datetime, person_ids: Mapping[str, int], organisation_ids: Mapping[str, int]
) -> None:
    """Let one person apply as a member of the pilot, one for a business there, one for a partner; days before `now`."""
    await store.add_membership_application(
        connection,
        person_id=person_ids["calon"],
        cooperative_id=organisation_ids[f"kop-{JATIMAKMUR}"],
        applied_at=now - timedelta(hours=20),
    )
    for days, row in enumerate(_APPLYING, start=1):
        values = dict(zip(_KEYS, row, strict=True))
        applied_at = now - timedelta(days=days)
        await store.add_applying_organisation(
            connection,
            values | {"applied_by": person_ids[str(values["applied_by"])]},
            applied_at=applied_at,
            applied_on=applied_at.astimezone(WIB).date(),
        )
