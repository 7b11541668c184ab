"""The invented UMKM sellers: who they are, where in Bekasi, since when, with which papers.

Business names combine an invented call name or the village with the trade; no person or brand is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from marketplace.seeding import licences
from marketplace.seeding.specs import SellerSpec
from marketplace.seeding.villages import CITY, JATIMAKMUR, LAMBANGSARI, bekasi_villages, read_data

if TYPE_CHECKING:
    from random import Random

    from marketplace.seeding.specs import Village

PRODUCT_TOTAL = 1_500
_CITY_SHARE = 0.45
_NIB_SHARE = 0.87
_SMALL_SHARE = 0.12
_PHONE_BLOCK = 10_000
_FIRST_DAY = date(2012, 1, 9)
_COMPULSORY_HALAL = frozenset({"frozen"})


@dataclass(frozen=True, slots=True)
class _Draft:
    trade: str
    details: dict[str, Any]
    product_count: int


def build_sellers(random: Random, *, today: date, room: dict[str, int]) -> tuple[SellerSpec, ...]:
    """Make about 150 sellers with `PRODUCT_TOTAL` goods; `room` is the most a seller of a trade can have."""
    trades = read_data("trades.toml")
    names = read_data("call_names.toml")
    drafts = _draft(random, trades, room)
    taken: set[str] = set()
    call_names: list[str] = []
    sellers: list[SellerSpec] = []
    for index, draft in enumerate(drafts):
        if not call_names:
            call_names = random.sample(names["who"], len(names["who"]))
        village = _choose_village(random, draft.details, index)
        name = _choose_name(random, draft.details["names"], call_names, village.name, taken)
        taken.add(name)
        since_on = _FIRST_DAY + timedelta(days=random.randrange((today - _FIRST_DAY).days - 120))
        verified_from = max(since_on, date(2025, 8, 4))
        has_papers = random.random() < _NIB_SHARE
        has_halal = draft.trade in _COMPULSORY_HALAL or random.random() < draft.details["halal"]
        sellers.append(
            SellerSpec(
                key=f"umkm-{index + 1:03d}",
                name=name,
                trade=draft.trade,
                scale="kecil" if random.random() < _SMALL_SHARE else "mikro",
                categories=(draft.details["category"],),
                village_code=village.code,
                address=f"{random.choice(names['streets'])} No. {random.randrange(1, 90)}, "
                f"RT {random.randrange(1, 13):03d}/RW {random.randrange(1, 15):03d}",
                phone=licences.phone(_PHONE_BLOCK + index),
                nib=licences.nib(index + 1) if has_papers else None,
                halal_number=licences.halal_certificate(index + 1) if has_halal else None,
                since_on=since_on,
                verified_on=verified_from + timedelta(days=random.randrange(max(1, (today - verified_from).days - 95))),
                description=_describe(random, draft, village, since_on),
                product_count=draft.product_count,
            )
        )
    return tuple(sellers)


def _draft(random: Random, trades: dict[str, Any], room: dict[str, int]) -> list[_Draft]:
    """One draft per seller, shuffled over the trades, the counts settled to the total one by one."""
    counts: list[tuple[str, int]] = []
    for trade, details in trades.items():
        for _ in range(details["sellers"]):
            wish = details["products"] + random.randrange(-2, 3)
            counts.append((trade, min(room[trade], wish)))
    missing = PRODUCT_TOTAL - sum(count for _, count in counts)
    step = 1 if missing > 0 else -1
    while missing:
        for index in random.sample(range(len(counts)), len(counts)):
            trade, count = counts[index]
            if missing and 1 <= count + step <= room[trade]:
                counts[index] = (trade, count + step)
                missing -= step
    random.shuffle(counts)
    return [_Draft(trade, trades[trade], count) for trade, count in counts]


def _choose_village(random: Random, details: dict[str, Any], index: int) -> Village:
    """Two sellers in each of the two pilot villages; else where the trade is usual, with a share for the Kota."""
    villages = bekasi_villages()
    districts = details.get("districts")
    if districts:
        return random.choice([village for village in villages if village.district_code in districts])
    if index % 40 < 2:  # noqa: PLR2004
        pilot = JATIMAKMUR if index % 2 == 0 else LAMBANGSARI
        return next(village for village in villages if village.code == pilot)
    in_city = random.random() < _CITY_SHARE
    return random.choice([village for village in villages if (village.regency_code == CITY) is in_city])


def _choose_name(random: Random, patterns: list[str], call_names: list[str], place: str, taken: set[str]) -> str:
    """Find a name not taken yet; call names are used up before any comes again."""
    for pattern in random.sample(patterns, len(patterns)):
        who = call_names[-1]
        name = pattern.format(who=who, place=place)
        if name not in taken:
            if "{who}" in pattern:
                call_names.pop()
            return name
    return f"{patterns[0].format(who=call_names.pop(), place=place)} {place}"


def _describe(random: Random, draft: _Draft, village: Village, since_on: date) -> str:
    area = "Kelurahan" if village.kind == "kelurahan" else "Desa"
    openings = [
        "Usaha keluarga di {area} {village}, berdiri sejak {year}.",
        "Melayani warga {area} {village}, Kecamatan {district}, sejak {year}.",
        "Usaha rumahan yang dikelola bersama tetangga di {area} {village} sejak {year}.",
    ]
    if draft.details["category"] != "jasa":
        openings.append("Dimulai dari dapur dan halaman rumah pada {year} di {area} {village}.")
    opening = random.choice(openings)
    text = opening.format(area=area, village=village.name, district=village.district, year=since_on.year)
    return f"{text} {random.choice(draft.details['closings'])}"
