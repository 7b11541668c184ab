"""Loads categories, units, commodities, price ceilings, purchase limits and licence rules from the files in data/.

Run by migrate, again harmless. A later figure is a new dated row, never a changed one; a ceiling's identity is
(commodity, kind, region, effective_on). The last day of a row is the one thing a later decree may change.
Regional ceilings need their regions, so those rows are loaded once the regions are there.
"""

import tomllib
from pathlib import Path
from typing import Any, Final

from marketplace.database import Connection
from marketplace.formats.quantity import UNITS

_DATA = Path(__file__).parent / "data"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


# In the order they are shown: slug, and the name in each language (keys "id" and "en").
CATEGORIES: Final[list[dict[str, str]]] = _read("categories.toml")["category"]


async def load_reference(connection: Connection) -> None:
    """Bring the reference tables up to the files. Inside the caller's transaction; 6 statements."""
    rules = _read("ceilings.toml")
    await connection.executemany(
        "INSERT INTO category (slug, position, name_id, name_en) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (slug) DO UPDATE"
        " SET position = excluded.position, name_id = excluded.name_id, name_en = excluded.name_en",
        [(row["slug"], position, row["id"], row["en"]) for position, row in enumerate(CATEGORIES, 1)],
    )
    await connection.executemany(
        "INSERT INTO unit (code, name_id, name_en) VALUES ($1, $2, $3)"
        " ON CONFLICT (code) DO UPDATE SET name_id = excluded.name_id, name_en = excluded.name_en",
        [(unit.code, unit.name, unit.english) for unit in UNITS],
    )
    await connection.executemany(
        "INSERT INTO commodity (code, name_id, name_en, base_unit, is_ceiling_required, is_counter_only)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (code) DO UPDATE SET name_id = excluded.name_id, name_en = excluded.name_en,"
        " is_ceiling_required = excluded.is_ceiling_required, is_counter_only = excluded.is_counter_only",
        [
            (
                row["code"],
                row["id"],
                row["en"],
                row["base_unit"],
                row.get("is_ceiling_required", False),
                row.get("is_counter_only", False),
            )
            for row in rules["commodity"]
        ],
    )
    await connection.executemany(
        "INSERT INTO price_ceiling (commodity_code, kind, region_code, per_quantity, amount_rupiah, effective_on,"
        " until_on, rule, source)"
        " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9"
        " WHERE $3::text IS NULL OR EXISTS (SELECT FROM region WHERE code = $3)"
        " ON CONFLICT (commodity_code, kind, region_code, effective_on) DO UPDATE SET until_on = excluded.until_on"
        " WHERE price_ceiling.until_on IS DISTINCT FROM excluded.until_on",
        _ceiling_rows(rules),
    )
    await connection.executemany(
        "INSERT INTO purchase_limit (commodity_code, most_quantity, effective_on, until_on, rule, source)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (commodity_code, effective_on) DO UPDATE SET until_on = excluded.until_on"
        " WHERE purchase_limit.until_on IS DISTINCT FROM excluded.until_on",
        [
            (row["commodity"], row["most"], row["effective_on"], row.get("until_on"), row["rule"], row["source"])
            for row in rules["limit"]
        ],
    )
    await connection.executemany(
        "INSERT INTO licence_rule (kind, category_slug, effective_on, until_on, rule, source)"
        " VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (kind, category_slug, effective_on) DO UPDATE SET until_on = excluded.until_on"
        " WHERE licence_rule.until_on IS DISTINCT FROM excluded.until_on",
        [
            (
                row["kind"],
                None if category == "semua" else category,
                row["effective_on"],
                row.get("until_on"),
                row["rule"],
                row["source"],
            )
            for row in _read("licences.toml")["rule"]
            for category in row["categories"]
        ],
    )


def _ceiling_rows(rules: dict[str, Any]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for rule in rules["ceiling"]:
        for zone, amount_rupiah in rule["amounts"].items():
            for region_code in [None] if zone == "nasional" else rules["zones"].get(zone, [zone]):
                rows.append(  # noqa: PERF401 - three nested loops read better than a comprehension
                    (
                        rule["commodity"],
                        rule["kind"],
                        region_code,
                        rule["per"],
                        amount_rupiah,
                        rule["effective_on"],
                        rule.get("until_on"),
                        rule["rule"],
                        rule["source"],
                    )
                )
    return rows
