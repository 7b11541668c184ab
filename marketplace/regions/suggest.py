"""Names that a misspelling may have meant, by edit distance over all names, which stay in memory once needed.

Only reached when nothing has the typed name. The comparison counts a swap of neighbours as one slip (optimal string
alignment); people rarely mistake the first letter, so names beginning with another one are tried last.
"""

from collections import defaultdict
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from marketplace.database import Connection
from marketplace.regions import store

_SHORT_NAME_LENGTH: Final = 5
_SHORTEST: Final = 3
_keys_by_database: dict[str, dict[str, list[str]]] = {}


async def suggest_keys(connection: Connection, key: str, *, has_first_letter: bool, limit: int = 50) -> dict[str, int]:
    """Name keys at most two slips from `key` (one where it is short) and how many, nearest first.

    `has_first_letter` looks at names with the same first letter only (1 ms), otherwise at all others (20 ms).
    """
    if len(key) < _SHORTEST:
        return {}
    keys = await _load_keys(connection)
    names = (
        keys.get(key[0], [])
        if has_first_letter
        else [name for letter, names in keys.items() if letter != key[0] for name in names]
    )
    slips = 1 if len(key) <= _SHORT_NAME_LENGTH else 2
    found = process.extract(key, names, scorer=OSA.distance, score_cutoff=slips, limit=limit)
    return {name: int(distance) for name, distance, _ in found}


def forget_keys() -> None:
    """Drop what is in memory, after the table has changed."""
    _keys_by_database.clear()


async def _load_keys(connection: Connection) -> dict[str, list[str]]:
    # By name of the database: tests use several in one process, a service only ever one.
    database_name = await store.get_database_name(connection)
    keys = _keys_by_database.get(database_name)
    if keys is None:
        keys = defaultdict(list)
        for name in sorted(await store.list_name_keys(connection)):
            keys[name[0]].append(name)
        _keys_by_database[database_name] = keys
    return keys
