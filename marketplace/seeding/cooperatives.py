"""The 243 cooperatives of Bekasi with their dated legal history and their stores (gerai).

Two truthful reports give different counts, so the history is dated such that both can be reproduced: in the Kabupaten
130 had their SK AHU on 20 May 2025 and all 187 on 21 July 2025, when all 56 of the Kota were notarial too.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random
from typing import Literal

from marketplace.organisations import cooperative_name
from marketplace.seeding import licences
from marketplace.seeding.specs import CooperativeSpec, StatusSpec, StoreHours, Village
from marketplace.seeding.villages import (
    JATIMAKMUR,
    LAMBANGSARI,
    REGENCY,
    bekasi_villages,
    read_data,
    squared_distance,
)

HANDED_OVER_ON = date(2025, 5, 20)
LAUNCHED_ON = date(2025, 7, 21)
WITH_PAPERS_ON_HANDOVER = 130
BUSY_STORES = 60
_PHONE_BLOCK = 20_000
_COVERED_NEIGHBOURS = 3
_FEES = (5_000, 6_000, 7_000, 8_000)
# (opens, closes) of the usual weekday, and whether Saturday and Sunday are open. Fields reports know the short ones.
_HOURS: tuple[tuple[tuple[tuple[int, int], ...], int], ...] = (
    (((8, 17),), 6),
    (((7, 20),), 7),
    (((8, 12), (13, 17)), 6),
    (((7, 21),), 7),
    (((9, 16),), 5),
    (((13, 17),), 6),
)


def build_cooperatives(seed: int) -> tuple[CooperativeSpec, ...]:
    """Make the 56 of the Kota, then the 187 of the Kabupaten, by village code; each with a store."""
    random = Random(f"cooperatives-{seed}")  # noqa: S311
    villages = bekasi_villages()
    in_regency = [village.code for village in villages if village.regency_code == REGENCY]
    early = {
        LAMBANGSARI,
        *random.sample([code for code in in_regency if code != LAMBANGSARI], WITH_PAPERS_ON_HANDOVER - 1),
    }
    busy = {JATIMAKMUR, LAMBANGSARI}
    busy.update(random.sample([v.code for v in villages if v.code not in busy], BUSY_STORES - len(busy)))
    streets = read_data("call_names.toml")["streets"]
    return tuple(
        _build(random, index, village, is_early=village.code in early, is_busy=village.code in busy, streets=streets)
        for index, village in enumerate(villages)
    )


def count_with_status(cooperatives: tuple[CooperativeSpec, ...], status: str, *, regency_code: str, on: date) -> int:
    """How many of a kabupaten or kota had reached a status by a day."""
    return sum(
        any(step.status == status and step.since_on <= on for step in cooperative.history)
        for cooperative in cooperatives
        if cooperative.village_code.startswith(regency_code)
    )


def _build(
    random: Random, index: int, village: Village, *, is_early: bool, is_busy: bool, streets: list[str]
) -> CooperativeSpec:
    kind: Literal["KDMP", "KKMP"] = "KKMP" if village.kind == "kelurahan" else "KDMP"
    days, weekdays = _HOURS[1] if is_busy and index % 3 else random.choice(_HOURS)
    delivers = is_busy or random.random() < 0.3  # noqa: PLR2004
    nearest = sorted(
        (other for other in bekasi_villages() if other.code != village.code),
        key=lambda other: (squared_distance(village, other), other.code),
    )
    neighbours = [other.code for other in nearest[: random.randrange(1, _COVERED_NEIGHBOURS + 1)]]
    return CooperativeSpec(
        key=f"kop-{village.code}",
        name=cooperative_name(village.code),
        short_name=f"{kind} {village.name}",
        kind=kind,
        village_code=village.code,
        nik_koperasi=licences.nik_koperasi(village.district_code, index + 1),
        history=_history(random, index, village, is_early=is_early),
        store_name=f"Gerai {kind} {village.name}",
        address=f"{random.choice(streets)} No. {random.randrange(1, 60)}, RT {random.randrange(1, 9):03d}/"
        f"RW {random.randrange(1, 12):03d}, {village.name}, {village.district}, {village.regency} "
        f"{village.postal_code}",
        phone=licences.phone(_PHONE_BLOCK + index),
        latitude=village.latitude,
        longitude=village.longitude,
        hours=tuple(
            StoreHours(weekday, time(opens), time(closes))
            for weekday in range(1, weekdays + 1)
            for opens, closes in days
        ),
        coverage_codes=tuple(neighbours) if delivers else (),
        delivery_fee_rupiah=random.choice(_FEES) if delivers else None,
        size="busy" if is_busy else "small",
        member_count=random.randrange(60, 420) if is_busy else random.randrange(12, 90),
    )


def _history(random: Random, index: int, village: Village, *, is_early: bool) -> tuple[StatusSpec, ...]:
    """Musdes, akta, SK AHU and operating; the SK falls where the two published counts need it."""
    if village.regency_code == REGENCY:
        held_on = date(2025, 4, 28) + timedelta(days=random.randrange(10))
        approved_on = (
            date(2025, 5, 14) + timedelta(days=random.randrange(7))
            if is_early
            else date(2025, 5, 23) + timedelta(days=random.randrange(56))
        )
    else:
        held_on = date(2025, 5, 5) + timedelta(days=random.randrange(24))
        approved_on = date(2025, 6, 10) + timedelta(days=random.randrange(38))
    deed_on = held_on + timedelta(days=random.randrange(1, max(2, (approved_on - held_on).days - 1)))
    operating_on = (
        LAUNCHED_ON
        if village.code == JATIMAKMUR
        else LAUNCHED_ON + timedelta(days=random.randrange(10, 370) if village.code != LAMBANGSARI else 14)
    )
    serial = index + 1
    meeting = "Musdesus" if village.kind == "desa" else "Muskelsus"
    return (
        StatusSpec("musdes", held_on, f"Berita acara {meeting} {serial:03d}/DEMO/{held_on.year}"),
        StatusSpec("akta", deed_on, f"Akta notaris demo nomor {serial}"),
        StatusSpec("sk_ahu", approved_on, licences.ahu_number(serial, approved_on.year)),
        StatusSpec("operating", operating_on, "Berita acara pembukaan gerai (demo)"),
    )
