"""Every SQL statement of regions. All of them read by an index; only the loader writes."""

from collections.abc import Sequence

import asyncpg

from marketplace.database import Connection
from marketplace.regions.names import short_name
from marketplace.regions.schemas import Region

_COLUMNS = """
    r.code, r.level, r.kind, r.name, r.parent_code, r.postal_code, r.latitude, r.longitude, r.time_zone,
    r.is_position_approximate,
    d.name AS district, d.kind AS district_kind, c.name AS regency, c.kind AS regency_kind, p.name AS province
"""

# The code holds the way up, so three look-ups by primary key take the place of a recursion.
_ANCESTORS = """
    LEFT JOIN region d ON r.level = 'village' AND d.code = left(r.code, 8)
    LEFT JOIN region c ON r.level IN ('village', 'district') AND c.code = left(r.code, 5)
    LEFT JOIN region p ON r.level <> 'province' AND p.code = left(r.code, 2)
"""

_LARGEST_FIRST = "array_position(ARRAY['province', 'regency', 'district', 'village'], r.level)"

_FIND_NAMED = f"""
    SELECT {_COLUMNS}
    FROM region r {_ANCESTORS}
    WHERE r.name_key LIKE ($1::text || '%')
      AND ($2::text IS NULL OR r.level = $2)
      AND ($3::text IS NULL OR starts_with(r.code, $3 || '.'))
      AND ($4::text[] IS NULL OR r.kind = ANY ($4))
      AND ($6::text IS NULL OR c.kind = $6)
      AND NOT EXISTS (
          SELECT FROM unnest($5::text[]) AS word
          WHERE position(word IN concat_ws(' ', d.name_key, c.name_key, p.name_key)) = 0
      )
    ORDER BY r.name_key <> $1, {_LARGEST_FIRST}, r.name_key, r.code
    LIMIT $7
"""

_LIST_BY_KEYS = f"""
    SELECT {_COLUMNS}
    FROM unnest($1::text[]) WITH ORDINALITY AS guess (name_key, place)
    JOIN region r ON r.name_key = guess.name_key {_ANCESTORS}
    WHERE ($2::text IS NULL OR r.level = $2)
      AND ($3::text IS NULL OR starts_with(r.code, $3 || '.'))
      AND NOT EXISTS (
          SELECT FROM unnest($4::text[]) AS word
          WHERE position(word IN concat_ws(' ', d.name_key, c.name_key, p.name_key)) = 0
      )
    ORDER BY guess.place, {_LARGEST_FIRST}, r.code
    LIMIT $5
"""


def _region(row: asyncpg.Record) -> Region:
    district = None if row["district"] is None else short_name(row["district"], row["district_kind"])
    regency = None if row["regency"] is None else short_name(row["regency"], row["regency_kind"])
    parts = [short_name(row["name"], row["kind"]), district, regency]
    if row["level"] == "regency":
        parts.append(row["province"])
    return Region(
        code=row["code"],
        level=row["level"],
        kind=row["kind"],
        name=row["name"],
        label=", ".join(part for part in parts if part),
        parent_code=row["parent_code"],
        postal_code=row["postal_code"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        is_position_approximate=row["is_position_approximate"],
        time_zone=row["time_zone"],
        district=row["district"],
        regency=row["regency"],
        province=row["province"],
    )


async def find_region(connection: Connection, code: str) -> Region | None:
    """Return the region with this code, or None."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM region r {_ANCESTORS} WHERE r.code = $1", code)
    return None if row is None else _region(row)


async def list_regions(connection: Connection, codes: Sequence[str]) -> list[Region]:
    """Return the regions with these codes that exist, in order of code."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM region r {_ANCESTORS} WHERE r.code = ANY ($1::text[]) ORDER BY r.code", codes
    )
    return [_region(row) for row in rows]


async def list_children(connection: Connection, parent_code: str | None) -> list[Region]:
    """List regions directly below one, by name; the provinces where there is none."""
    order = "ORDER BY r.name, r.code"
    if parent_code is None:
        # Provinces are the 38 codes of two characters; IS NULL on parent_code finds them in its index.
        rows = await connection.fetch(
            f"SELECT {_COLUMNS} FROM region r {_ANCESTORS} WHERE r.parent_code IS NULL {order}"
        )
    else:
        rows = await connection.fetch(
            f"SELECT {_COLUMNS} FROM region r {_ANCESTORS} WHERE r.parent_code = $1 {order}", parent_code
        )
    return [_region(row) for row in rows]


async def list_children_of_many(connection: Connection, parent_codes: Sequence[str], limit: int) -> list[Region]:
    """List regions directly below some, by parent in the given order, then by name."""
    rows = await connection.fetch(
        f"""
        SELECT {_COLUMNS}
        FROM unnest($1::text[]) WITH ORDINALITY AS parent (code, place)
        JOIN region r ON r.parent_code = parent.code {_ANCESTORS}
        ORDER BY parent.place, r.name, r.code
        LIMIT $2
        """,
        parent_codes,
        limit,
    )
    return [_region(row) for row in rows]


async def list_by_postal_code(connection: Connection, postal_code: str, limit: int) -> list[Region]:
    """Villages with this postal code, by code."""
    rows = await connection.fetch(
        f"SELECT {_COLUMNS} FROM region r {_ANCESTORS} WHERE r.postal_code = $1 ORDER BY r.code LIMIT $2",
        postal_code,
        limit,
    )
    return [_region(row) for row in rows]


async def list_named(
    connection: Connection,
    key: str,
    *,
    level: str | None,
    within: str | None,
    kinds: Sequence[str] | None,
    context: Sequence[str],
    regency_kind: str | None,
    limit: int,
) -> list[Region]:
    """Regions whose name key begins with `key`: exact ones first, then the larger.

    Every word of `context` must occur in the names of the regions that it lies in; `within` is a code.
    """
    rows = await connection.fetch(_FIND_NAMED, key, level, within, kinds, context, regency_kind, limit)
    return [_region(row) for row in rows]


async def list_by_keys(
    connection: Connection,
    keys: Sequence[str],
    *,
    level: str | None,
    within: str | None,
    context: Sequence[str],
    limit: int,
) -> list[Region]:
    """Regions with exactly one of these name keys, in the order of the keys; `context` as in `list_named`."""
    rows = await connection.fetch(_LIST_BY_KEYS, keys, level, within, context, limit)
    return [_region(row) for row in rows]


async def list_name_keys(connection: Connection) -> list[str]:
    """All name keys once: read once per process, to guess at misspellings."""
    rows = await connection.fetch("SELECT DISTINCT name_key FROM region")
    return [row["name_key"] for row in rows]


async def get_database_name(connection: Connection) -> str:
    """Name of the database that this connection is on."""
    name: str = await connection.fetchval("SELECT current_database()")
    return name


async def list_villages_in_box(
    connection: Connection, south: float, west: float, north: float, east: float
) -> list[Region]:
    """Villages with a position in a box of degrees, in no order."""
    rows = await connection.fetch(
        f"""
        SELECT {_COLUMNS} FROM region r {_ANCESTORS}
        WHERE r.level = 'village' AND r.latitude BETWEEN $1 AND $2 AND r.longitude BETWEEN $3 AND $4
        """,
        south,
        north,
        west,
        east,
    )
    return [_region(row) for row in rows]


RegionRow = tuple[str, str, str, str, str, str | None, str | None, float | None, float | None, str, bool]
"""One row to load, in the order of the table's columns."""

_LOADED = (
    "code",
    "level",
    "kind",
    "name",
    "name_key",
    "parent_code",
    "postal_code",
    "latitude",
    "longitude",
    "time_zone",
    "is_position_approximate",
)


async def copy_regions(connection: Connection, rows: Sequence[RegionRow]) -> int:
    """Insert or correct regions in one COPY and one statement; return how many rows changed.

    A position that is there gives way only to one at least as good: an operator's table outlives a load without it.
    Needs a transaction. Rows must hold their parents, too, or the parents must be there.
    """
    names = ", ".join(_LOADED)
    await connection.execute("CREATE TEMPORARY TABLE loaded_region (LIKE region) ON COMMIT DROP")
    await connection.copy_records_to_table("loaded_region", records=rows, columns=_LOADED)
    await connection.execute(
        """
        UPDATE loaded_region AS l
        SET latitude = r.latitude, longitude = r.longitude, is_position_approximate = r.is_position_approximate
        FROM region r
        WHERE r.code = l.code AND r.latitude IS NOT NULL
          AND (l.latitude IS NULL OR (l.is_position_approximate AND NOT r.is_position_approximate))
        """
    )
    status = await connection.execute(
        f"""
        INSERT INTO region AS r ({names}) SELECT {names} FROM loaded_region
        ON CONFLICT (code) DO UPDATE
        SET ({names}) = ROW (excluded.*)
        WHERE r IS DISTINCT FROM excluded
        """
    )
    await connection.execute("DROP TABLE loaded_region")
    return int(status.rsplit(" ", 1)[1])
