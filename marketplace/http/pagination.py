"""Keyset pages: the cost of a page does not grow with its number, and a row is neither shown twice nor skipped."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Generic, TypeVar

import msgspec

from marketplace.errors import InvalidError

T = TypeVar("T")

DEFAULT_LIMIT = 24
LARGEST_LIMIT = 100


class Page(msgspec.Struct, Generic[T], kw_only=True):
    """One page of items; `next_cursor` is None on the last."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*position: Any) -> str:
    """Opaque text for the last row's sort key."""
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def decode_cursor(text: str | None, types: Any) -> Any:
    """Sort key from a cursor, or None where there is none. `types` is a tuple type such as `tuple[int, str]`.

    Raises:
        InvalidError: the text is not a cursor of this list.

    """
    if not text:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=types)
    except (ValueError, msgspec.MsgspecError) as error:
        message = "Penanda halaman tidak dikenal. Mulai lagi dari halaman pertama."
        raise InvalidError(message, fields={"cursor": message}) from error


def checked_limit(limit: int | None) -> int:
    """Number of items asked for, within bounds."""
    if limit is None:
        return DEFAULT_LIMIT
    return max(1, min(limit, LARGEST_LIMIT))
