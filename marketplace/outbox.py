"""What must be told to other machines after the commit, written down in the transaction that makes it true.

Areas mark which search documents are out of date; discovery sends them. A mark is a key, not a payload: the row is
read again when it is sent, so order of delivery cannot make it stale.
"""

from collections.abc import Iterable

from marketplace.database import Connection


async def mark_search_dirty(connection: Connection, index_name: str, document_ids: Iterable[int]) -> None:
    """Mark documents of `listings`, `offers` or `stores` as out of date; rows are touched in id order."""
    ids = sorted(set(document_ids))
    if not ids:
        return
    await connection.execute(
        """
        INSERT INTO search_dirty (index_name, document_id)
        SELECT $1, id FROM unnest($2::bigint[]) AS id ORDER BY id
        ON CONFLICT (index_name, document_id)
        DO UPDATE SET generation = search_dirty.generation + 1, marked_at = now(), leased_until = NULL
        """,
        index_name,
        ids,
    )
