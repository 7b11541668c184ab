"""Tables as Piccolo knows them are the tables that the migrations make; foreign keys can be followed backwards."""

from collections import Counter

import asyncpg
import pytest
from piccolo.columns import Column, ForeignKey
from piccolo.table import Table

from marketplace.piccolo_app import APP_CONFIG as MARKETPLACE
from payments.piccolo_app import APP_CONFIG as PAYMENTS
from tests.tidy.sources import sources

TYPES = {
    "BigInt": "bigint",
    "BigSerial": "bigint",
    "Boolean": "boolean",
    "Bytea": "bytea",
    "Date": "date",
    "DoublePrecision": "double precision",
    "Integer": "integer",
    "JSONB": "jsonb",
    "SmallInt": "smallint",
    "Text": "text",
    "Time": "time without time zone",
    "Timestamptz": "timestamp with time zone",
    "Varchar": "character varying",
}

# Piccolo's own book-keeping.
UNMODELLED = {"migration"}

# Keys to reference rows that are never removed: nobody follows them backwards, and each sale would pay for the index.
UNINDEXED = {"ledger_account (kind, normal_side, may_be_negative)", "order_line (unit_code)"}


def _tables() -> dict[str, type[Table]]:
    return {table._meta.tablename: table for table in (*MARKETPLACE.table_classes, *PAYMENTS.table_classes)}


def _type_of(column: Column) -> str:
    if isinstance(column, ForeignKey):
        return _type_of(column._foreign_key_meta.resolved_target_column)
    return TYPES[type(column).__name__]


@pytest.fixture
async def connection(database_url: str) -> asyncpg.Connection:
    """Return a connection to a migrated database, closed by its owner's end."""
    return await asyncpg.connect(database_url)


async def test_tables_and_columns_are_those_of_the_migrations(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch(
        """
        SELECT c.table_name, c.column_name, c.data_type, c.is_nullable = 'YES' AS is_nullable
        FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
        """
    )
    await connection.close()
    there = {
        (row["table_name"], row["column_name"], row["data_type"], row["is_nullable"])
        for row in rows
        if row["table_name"] not in UNMODELLED
    }
    here = {
        (name, column._meta.db_column_name, _type_of(column), column._meta.null)
        for name, table in _tables().items()
        for column in table._meta.columns
    }
    assert {"only in tables.py": here - there, "only in migrations": there - here} == {
        "only in tables.py": set(),
        "only in migrations": set(),
    }


async def test_foreign_keys_are_those_of_the_migrations(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch(
        """
        SELECT c.conrelid::regclass::text AS table_name, a.attname AS column_name,
               c.confrelid::regclass::text AS target, c.confdeltype::text AS on_delete,
               array_length(c.conkey, 1) = 1 AS is_single
        FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey) AS k(attnum)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        """
    )
    await connection.close()
    actions = {"r": "RESTRICT", "c": "CASCADE", "a": "NO ACTION", "n": "SET NULL", "d": "SET DEFAULT"}
    # Keys of several columns are the database's only: Piccolo knows one column, or none of them.
    single, any_key = set(), set()
    for row in rows:
        key = (row["table_name"], row["column_name"], row["target"], actions[row["on_delete"]])
        any_key.add(key)
        if row["is_single"]:
            single.add(key)
    here = {
        (
            name,
            column._meta.db_column_name,
            column._foreign_key_meta.resolved_references._meta.tablename,
            column._foreign_key_meta.on_delete.value,
        )
        for name, table in _tables().items()
        for column in table._meta.columns
        if isinstance(column, ForeignKey)
    }
    assert {"only in tables.py": here - any_key, "only in migrations": single - here} == {
        "only in tables.py": set(),
        "only in migrations": set(),
    }


async def test_every_foreign_key_has_an_index(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch(
        """
        SELECT c.conrelid::regclass::text || ' (' || string_agg(a.attname, ', ' ORDER BY k.position) || ')' AS key
        FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
          AND NOT EXISTS (
              -- An index that begins with one of the key's columns narrows the search enough.
              SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey)
          )
        GROUP BY c.oid, c.conrelid ORDER BY 1
        """
    )
    await connection.close()
    assert {row["key"] for row in rows} == UNINDEXED


def test_no_two_migrations_have_one_number() -> None:
    """Piccolo runs one of them, whichever the folder lists last, and takes the other for done."""
    numbers = Counter(
        (source.path.split("/")[0], line)
        for source in sources("marketplace", "payments")
        if "/migrations/" in source.path
        for line in source.text.splitlines()
        if line.startswith("ID = ")
    )
    assert [number for number, count in numbers.items() if count > 1] == []
