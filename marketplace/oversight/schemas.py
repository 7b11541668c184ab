"""Answers of oversight. Amounts are whole rupiah; days are those of the store's time zone."""

from datetime import date, datetime
from typing import Any

import msgspec


class CoverageRow(msgspec.Struct, frozen=True, kw_only=True):
    """Cooperatives of a region or a part of it by their status on one day; each counts once among the statuses.

    `with_papers` are those that have (or, now suspended, had) their SK AHU.
    """

    code: str
    name: str
    villages: int
    musdes: int = 0
    akta: int = 0
    sk_ahu: int = 0
    operating: int = 0
    suspended: int = 0
    with_papers: int = 0


class CoveragePoint(msgspec.Struct, frozen=True, kw_only=True):
    """How many had their papers and operated at the end of a day."""

    on: date
    with_papers: int
    operating: int


class CoverageReport(msgspec.Struct, frozen=True, kw_only=True):
    """A region on one day: the whole, its parts, and the course over time."""

    on: date
    whole: CoverageRow
    parts: list[CoverageRow]
    course: list[CoveragePoint]


class CooperativeOn(msgspec.Struct, frozen=True, kw_only=True):
    """A cooperative with its status on a day (None: it was not founded yet)."""

    id: int
    name: str
    village: str
    status: str | None
    since: date | None
    store_id: int | None


class TurnoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """A cooperative's sales less returns; `cash_rupiah` is what of it was taken and given back in cash."""

    cooperative_id: int
    name: str
    region_code: str
    sale_count: int
    return_count: int
    turnover_rupiah: int
    member_rupiah: int
    other_rupiah: int
    returned_rupiah: int
    cash_rupiah: int


class Turnover(msgspec.Struct, frozen=True, kw_only=True):
    """Turnover of a region from the first to the last day, both included."""

    first: date
    last: date
    total_rupiah: int
    member_rupiah: int
    cash_rupiah: int
    sale_count: int
    rows: list[TurnoverRow]


class OverseenOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order without its buyer."""

    id: int
    code: str
    store_name: str
    cooperative_name: str
    state: str
    channel: str
    fulfilment: str
    is_member: bool
    total_rupiah: int
    placed_at: datetime
    paid_at: datetime | None


class AuditEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to `subject` (such as `product:17`); the person is named who acts for the organisation."""

    id: int
    happened_at: datetime
    action: str
    subject: str
    organisation_name: str
    person_name: str | None
    facts: dict[str, str | int]


class RemarkableThing(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of remarkable thing, how it is computed, and at most 50 rows that show it. It accuses nobody.

    Every row names the cooperative (`name`); what else is in it depends on the kind.
    """

    key: str
    title: str
    rule: str
    rows: list[dict[str, Any]]
