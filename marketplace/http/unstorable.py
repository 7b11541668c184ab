"""Input that no column can hold: the character NUL, text that is not UTF-8, numbers beyond 64 bits.

Addresses are checked before the handler runs. In bodies such input is rare and reading them twice costs every request,
so there the database's refusal is turned into one of ours.
"""

from typing import Any, Final
from urllib.parse import unquote_to_bytes

import asyncpg
from litestar.connection import ASGIConnection

from marketplace.errors import InvalidError, NotFoundError

UNSTORABLE: Final = "Ada isian yang tidak dapat disimpan: angkanya terlalu besar atau hurufnya tidak terbaca."
_LARGEST_ID: Final = 2**63 - 1
_REFUSED_BY_SERVER: Final = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.NumericValueOutOfRangeError,
    asyncpg.UntranslatableCharacterError,
)


def refuse_unstorable(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Check the address of any request.

    Raises:
        NotFoundError: the path names something that cannot exist.
        InvalidError: the query holds what cannot be read.

    """
    scope = connection.scope
    if "\0" in scope["path"]:
        raise NotFoundError
    for value in scope["path_params"].values():
        if isinstance(value, int) and abs(value) > _LARGEST_ID:
            raise NotFoundError
    query: bytes = scope["query_string"]
    if b"%" in query and not _is_text(unquote_to_bytes(query)):
        raise InvalidError(UNSTORABLE, fields={"query": UNSTORABLE})


def is_unstorable(error: BaseException) -> bool:
    """Whether the database refused what was sent, not how we asked."""
    if isinstance(error, _REFUSED_BY_SERVER):
        return True
    # asyncpg's own refusal of an argument: too large for the column's type, or half a surrogate pair.
    return isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError | UnicodeEncodeError)


def _is_text(query: bytes) -> bool:
    try:
        return "\0" not in query.decode()
    except UnicodeDecodeError:
        return False
