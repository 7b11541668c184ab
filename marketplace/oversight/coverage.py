"""Coverage by date: how many cooperatives stood where on a day, from their dated history.

Two truthful reports of different days give different counts; both can be looked up here.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

import asyncpg

from marketplace.database import Connection
from marketplace.organisations import WITH_PAPERS
from marketplace.oversight import store
from marketplace.oversight.schemas import CooperativeOn, CoveragePoint, CoverageReport, CoverageRow
from marketplace.regions import get_region

# Length of the codes one level below a code of this length: country, province, regency, district.
BELOW: Final = {0: 2, 2: 5, 5: 8, 8: 13}
DISTRICT_LENGTH: Final = 8
# The country and its provinces are read from what is counted by day; smaller regions from their few cooperatives.
_COUNTED: Final = {0: "province", 2: "regency"}
_MOST_POINTS: Final = 24
_LEAD: Final = timedelta(days=7)


async def read_coverage(connection: Connection, region_code: str, *, on: date) -> CoverageReport:
    """Count the cooperatives of a region ("" is the whole country) and its parts on a day.

    Raises:
        NotFoundError: no region has this code.

    """
    name = (await get_region(connection, region_code)).name if region_code else "Indonesia"
    length = BELOW.get(len(region_code), len(region_code))
    by_code: dict[str, Counter[str]] = defaultdict(Counter)
    if (level := _COUNTED.get(len(region_code))) is not None:
        changes = await store.list_step_changes(connection, region_code, level=level)
        for row in await store.count_steps(connection, region_code, on=on, level=level):
            by_code[row["code"]][row["step"]] += row["number"]
    else:
        changes = await store.list_coverage_changes(connection, region_code)
        for row in await store.count_by_status(connection, region_code, on=on, code_length=length):
            by_code[row["code"]][row["status"]] += row["number"]
            if row["standing"] in WITH_PAPERS:
                by_code[row["code"]]["with_papers"] += row["number"]
    for row in await store.count_villages(connection, region_code, code_length=length):
        by_code[row["code"]]["villages"] += row["number"]
    names = {row["code"]: _title(row) for row in await store.list_region_names(connection, list(by_code))}
    total: Counter[str] = Counter()
    for counted in by_code.values():
        total.update(counted)
    parts = sorted((_row(code, names.get(code, code), by_code[code]) for code in by_code), key=lambda part: part.name)
    # Of the whole country only the provinces that have any are of interest.
    shown = [part for part in parts if region_code or part.villages == 0 or _has_any(part)]
    return CoverageReport(on=on, whole=_row(region_code, name, total), parts=shown, course=course_of(changes, on=on))


def _has_any(part: CoverageRow) -> bool:
    return part.musdes + part.akta + part.sk_ahu + part.operating + part.suspended > 0


def _title(row: asyncpg.Record) -> str:
    name: str = row["name"]
    return name


def _row(code: str, name: str, counted: Counter[str]) -> CoverageRow:
    return CoverageRow(
        code=code,
        name=name,
        villages=counted["villages"],
        musdes=counted["musdes"],
        akta=counted["akta"],
        sk_ahu=counted["sk_ahu"],
        operating=counted["operating"],
        suspended=counted["suspended"],
        with_papers=counted["with_papers"],
    )


def course_of(changes: Sequence[Any], *, on: date) -> list[CoveragePoint]:
    """Turn changes by day into at most 24 evenly spaced points that end on the later of the last change and `on`.

    Points are at the end of their day; `on` is always one of them where it lies between the first and the last.
    """
    if not changes:
        return []
    days = [row["day"] for row in changes]
    papers = list(accumulate(row["papers"] for row in changes))
    operating = list(accumulate(row["operating"] for row in changes))
    first, last = days[0] - _LEAD, max(days[-1], on)
    span = (last - first).days
    steps = min(_MOST_POINTS - 1, span)
    chosen = {first + timedelta(days=span * step // steps) for step in range(steps + 1)}
    if first <= on <= last:
        chosen.add(on)
    points = []
    position = -1
    for day in sorted(chosen):
        while position + 1 < len(days) and days[position + 1] <= day:
            position += 1
        points.append(
            CoveragePoint(
                on=day,
                with_papers=papers[position] if position >= 0 else 0,
                operating=operating[position] if position >= 0 else 0,
            )
        )
    return points


async def list_cooperatives_on(connection: Connection, region_code: str, *, on: date) -> list[CooperativeOn]:
    """Name the cooperatives of a district or village with their status on a day."""
    return [
        CooperativeOn(
            id=row["id"],
            name=row["name"],
            village=row["village"],
            status=row["status"],
            since=row["effective_on"],
            store_id=row["store_id"],
        )
        for row in await store.list_cooperatives_on(connection, region_code, on=on)
    ]
