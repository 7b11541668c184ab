"""All of Indonesia's regions, as loaded, and finding them as people type."""

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import database
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.regions import (
    children,
    find_region,
    find_regions,
    get_region,
    load_regions,
    nearest_villages,
    region_path,
)
from marketplace.regions.find_regions import LARGEST_LIMIT

JATIMAKMUR = "32.75.08.1003"
PONDOKGEDE = "32.75.08"
VILLAGES_OF_PONDOKGEDE = ["Jatibening", "Jatibening Baru", "Jaticempaka", "Jatimakmur", "Jatiwaringin"]


async def test_all_regions_are_there(regions: Connection) -> None:
    rows = await regions.fetch("SELECT level, kind, count(*) AS n FROM region GROUP BY level, kind")
    assert {(row["level"], row["kind"]): row["n"] for row in rows} == {
        ("province", "provinsi"): 38,
        ("regency", "kabupaten"): 416,
        ("regency", "kota"): 98,
        ("district", "kecamatan"): 6_492,
        ("district", "distrik"): 793,
        ("village", "kelurahan"): 8_496,
        ("village", "desa"): 75_252,
        ("village", "desa adat"): 14,
    }
    levels = await regions.fetch("SELECT level, count(*) AS n FROM region GROUP BY level")
    assert {row["level"]: row["n"] for row in levels} == {
        "province": 38,
        "regency": 514,
        "district": 7_285,
        "village": 83_762,
    }


@pytest.mark.parametrize(
    ("regency", "expected"),
    [("32.75", (12, 56, 0)), ("32.16", (23, 8, 179))],
)
async def test_bekasi_has_its_districts_and_villages(
    regions: Connection, regency: str, expected: tuple[int, int, int]
) -> None:
    row = await regions.fetchrow(
        """
        SELECT count(*) FILTER (WHERE level = 'district'), count(*) FILTER (WHERE kind = 'kelurahan'),
               count(*) FILTER (WHERE kind = 'desa')
        FROM region WHERE code LIKE $1 || '.%'
        """,
        regency,
    )
    assert row is not None
    assert tuple(row) == expected


async def test_every_village_has_postal_code_and_zone(regions: Connection) -> None:
    assert await regions.fetchval("SELECT count(*) FROM region WHERE level = 'village' AND postal_code IS NULL") == 0
    zones = await regions.fetch("SELECT time_zone, count(*) AS n FROM region WHERE level = 'province' GROUP BY 1")
    assert {row["time_zone"]: row["n"] for row in zones} == {
        "Asia/Jakarta": 18,
        "Asia/Makassar": 12,
        "Asia/Jayapura": 8,
    }


async def test_known_villages_lie_where_they_are(regions: Connection) -> None:
    jatimakmur = await get_region(regions, JATIMAKMUR)
    assert (jatimakmur.latitude, jatimakmur.longitude, jatimakmur.postal_code) == (-6.28282, 106.93026, "17413")
    assert (jatimakmur.kind, jatimakmur.time_zone) == ("kelurahan", "Asia/Jakarta")
    lambangsari = await get_region(regions, "32.16.06.2002")
    assert (lambangsari.latitude, lambangsari.longitude, lambangsari.postal_code) == (-6.28198, 107.04071, "17510")


@pytest.mark.parametrize(
    "text", ["pondok gede", "PONDOKGEDE", "pondokgede", " Pondok  Gede ", "kec. pondok gede", "PONDOK-GEDE"]
)
async def test_district_is_found_in_every_spelling_with_its_villages(regions: Connection, text: str) -> None:
    found = await find_regions(regions, text)
    assert not found.is_guess
    assert found.regions[0].code == PONDOKGEDE
    names = {region.name for region in found.regions if region.parent_code == PONDOKGEDE}
    # A title asks for the district alone; either way nothing else is called so.
    assert names == set(VILLAGES_OF_PONDOKGEDE)
    assert len(found.regions) == 6


async def test_villages_of_a_typed_district_are_offered_where_a_village_is_asked(regions: Connection) -> None:
    found = await find_regions(regions, "pondok gede", level="village")
    assert [region.name for region in found.regions] == VILLAGES_OF_PONDOKGEDE


async def test_equal_names_are_told_apart_by_their_labels(regions: Connection) -> None:
    found = await find_regions(regions, "jatimakmur")
    assert [region.label for region in found.regions] == [
        "Jati Makmur, Kec. Binjai Utara, Kota Binjai",
        "Jatimakmur, Kec. Pondokgede, Kota Bekasi",
        "Jatimakmur, Kec. Songgom, Kab. Brebes",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "jatimakmur bekasi",
        "Jatimakmur, Bekasi",
        "jatimakmur pondok gede",
        "jatimakmur kota bekasi",
        "kelurahan jatimakmur kec pondok gede",
        "Jati Makmur Pondokgede Jawa Barat",
        "Jatimakmur, Kec. Pondokgede, Kota Bekasi",
        "17413",
        "32.75.08.1003",
        "3275081003",
    ],
)
async def test_surroundings_or_a_number_narrow_to_one_village(regions: Connection, text: str) -> None:
    found = await find_regions(regions, text)
    assert [region.code for region in found.regions] == [JATIMAKMUR]
    assert not found.is_guess


async def test_every_label_of_bekasi_finds_its_own_region(regions: Connection) -> None:
    for district in [*await children(regions, "32.75"), *await children(regions, "32.16")]:
        for region in [district, *await children(regions, district.code)]:
            found = await find_regions(regions, region.label, level=region.level, within=region.code[:5])
            assert region.code in {match.code for match in found.regions}, region.label


async def test_kota_and_kabupaten_of_one_name_are_both_offered_and_told_apart(regions: Connection) -> None:
    both = await find_regions(regions, "bekasi", level="regency")
    assert [region.label for region in both.regions] == ["Kab. Bekasi, Jawa Barat", "Kota Bekasi, Jawa Barat"]
    assert [region.code for region in (await find_regions(regions, "kota bekasi")).regions] == ["32.75"]
    assert [region.code for region in (await find_regions(regions, "kab. bekasi")).regions] == ["32.16"]


async def test_title_that_belongs_to_the_name_is_kept(regions: Connection) -> None:
    found = await find_regions(regions, "kota baru", limit=100)
    assert {region.name.casefold().replace(" ", "") for region in found.regions} >= {"kotabaru", "kabupatenkotabaru"}


@pytest.mark.parametrize("text", ["jatimakmr bekasi", "jatimkamur bekasi", "jattimakmur bekasi", "hatimakmur bekasi"])
async def test_misspelt_name_gets_guesses(regions: Connection, text: str) -> None:
    found = await find_regions(regions, text)
    assert found.is_guess
    assert [region.code for region in found.regions] == [JATIMAKMUR]


@pytest.mark.parametrize("text", ["", " ", "a", "zzzzzz", "99999", "98.76", "--", "\x00", "%", "_", "%%%", "'; DROP"])
async def test_what_names_nothing_finds_nothing(regions: Connection, text: str) -> None:
    assert (await find_regions(regions, text)).regions == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(text=st.text(max_size=120), limit=st.integers(-5, 500))
async def test_any_text_is_answered_within_the_limit(regions: Connection, text: str, limit: int) -> None:
    found = await find_regions(regions, text, limit=limit)
    assert len(found.regions) <= max(1, min(limit, LARGEST_LIMIT))


async def test_search_stays_within_a_region_and_level(regions: Connection) -> None:
    found = await find_regions(regions, "suka", level="village", within="32.16.06")
    assert all(region.code.startswith("32.16.06.") and region.level == "village" for region in found.regions)
    assert (await find_regions(regions, "17413", within="33")).regions == []
    assert (await find_regions(regions, "17413", level="district")).regions == []


async def test_names_postal_codes_and_positions_are_found_by_index(regions: Connection) -> None:
    for condition in (
        "name_key LIKE 'pondokge' || '%'",
        "postal_code = '17413'",
        "parent_code = '32.75'",
        "level = 'village' AND latitude BETWEEN -6.3 AND -6.28 AND longitude BETWEEN 106.9 AND 106.95",
    ):
        plan = await regions.fetch(f"EXPLAIN SELECT * FROM region WHERE {condition}")
        assert "Seq Scan" not in "\n".join(row[0] for row in plan)


async def test_path_leads_from_village_to_province(regions: Connection) -> None:
    path = await region_path(regions, JATIMAKMUR)
    assert [region.name for region in path] == ["Jatimakmur", "Pondokgede", "Kota Bekasi", "Jawa Barat"]
    assert [region.label for region in path] == [
        "Jatimakmur, Kec. Pondokgede, Kota Bekasi",
        "Kec. Pondokgede, Kota Bekasi",
        "Kota Bekasi, Jawa Barat",
        "Jawa Barat",
    ]


@pytest.mark.parametrize("code", ["99", "32.75.08.9999", "", "Bekasi", "32.75.08.1003.1", "3275", "\x00"])
async def test_unknown_code_is_refused(regions: Connection, code: str) -> None:
    assert await find_region(regions, code) is None
    with pytest.raises(NotFoundError, match="Wilayah ini tidak dikenal"):
        await get_region(regions, code)
    with pytest.raises(NotFoundError, match="Wilayah ini tidak dikenal"):
        await region_path(regions, code)


async def test_children_are_listed_by_name(regions: Connection) -> None:
    assert [region.name for region in await children(regions, PONDOKGEDE)] == VILLAGES_OF_PONDOKGEDE
    assert len(await children(regions)) == 38
    assert len(await children(regions, "32")) == 27
    assert await children(regions, JATIMAKMUR) == []
    assert await children(regions, "99") == []


async def test_nearest_villages_are_nearest_first(regions: Connection) -> None:
    near = await nearest_villages(regions, -6.2828, 106.9300, limit=3)
    assert near[0].region.name == "Jatimakmur"
    assert round(near[0].distance_km, 3) == 0.029
    assert [found.distance_km for found in near] == sorted(found.distance_km for found in near)
    assert await nearest_villages(regions, 52.52, 13.40) == []


async def test_loading_a_district_loads_what_it_lies_in_and_repeating_changes_nothing(pool: None) -> None:
    jatimakmur_in_brebes = "33.29.10.2009"
    async with database.transaction() as connection:
        before = await connection.fetchval("SELECT count(*) FROM region WHERE code LIKE '33%'")
        assert before == 0
        assert await load_regions(connection, only=["33.29.10"]) == 3 + 10
    async with database.transaction() as connection:
        assert await load_regions(connection, only=["33.29.10"]) == 0
    async with database.transaction() as connection:
        await connection.execute("UPDATE region SET name = 'Jatimakmr' WHERE code = $1", jatimakmur_in_brebes)
        assert await load_regions(connection, only=["33.29.10.2009"]) == 1
    async with database.connection() as connection:
        assert (await get_region(connection, jatimakmur_in_brebes)).name == "Jatimakmur"
        assert (await find_regions(connection, "jatimakmr brebes")).regions[0].code == jatimakmur_in_brebes
        assert await connection.fetchval("SELECT count(*) FROM region WHERE code LIKE '33%'") == 3 + 10


@pytest.mark.parametrize(
    "values",
    [
        "('32.99', 'village', 'desa', 'X', 'x', '32', NULL, NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'desa', 'X', 'x', '32', NULL, NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', NULL, NULL, NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', '33', NULL, NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'X y', '32', NULL, NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', '32', NULL, -6, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', '32', NULL, 106, -6, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', '32', '1741', NULL, NULL, 'Asia/Jakarta')",
        "('32.99', 'regency', 'kota', 'X', 'x', '32', NULL, NULL, NULL, 'WIB')",
        "('32.99', 'regency', 'kota', 'X', 'x', '32', NULL, NULL, NULL, 'Asia/Jakarta', true)",
    ],
)
async def test_region_that_cannot_be_is_refused_by_the_database(regions: Connection, values: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await regions.execute(f"INSERT INTO region VALUES {values}")
    assert await find_region(regions, "32.99") is None
