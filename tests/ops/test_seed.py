"""`lumbung seed`, run as an operator does."""

import os
import subprocess
import sys
from pathlib import Path

import asyncpg

JATIMAKMUR = "32.75.08.1003"


def seed_regions(database_url: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "marketplace.cli", "seed", "regions", *arguments],
        env={**os.environ, "DATABASE_URL": database_url, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_operators_table_of_positions_is_loaded_with_the_regions(database_url: str, tmp_path: Path) -> None:
    table = tmp_path / "titik.csv"
    table.write_text(f"code,latitude,longitude\n{JATIMAKMUR},-6.28,106.93\n")
    done = seed_regions(database_url, LUMBUNG_POSITIONS=str(table))
    assert done.returncode == 0, done.stderr
    connection = await asyncpg.connect(database_url)
    try:
        row = await connection.fetchrow(
            "SELECT latitude, longitude, is_position_approximate FROM region WHERE code = $1", JATIMAKMUR
        )
        assert row is not None
        assert tuple(row) == (-6.28, 106.93, False)
        assert await connection.fetchval("SELECT count(*) FROM region WHERE level = 'village'") == 83_762
    finally:
        await connection.close()


async def test_table_that_is_none_is_refused_by_its_line_and_nothing_is_loaded(
    database_url: str, tmp_path: Path
) -> None:
    table = tmp_path / "titik.csv"
    table.write_text("code,latitude,longitude\n32.75,107,-6.2\n")
    done = seed_regions(database_url, "--positions", str(table))
    assert done.returncode == 1
    assert f"{table}, line 2: this position does not lie in Indonesia: '32.75'." in done.stderr
    assert "Traceback" not in done.stderr
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM region WHERE level = 'province'") == 1
    finally:
        await connection.close()
