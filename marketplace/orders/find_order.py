"""Find an order by what a cashier typed or scanned: the code with or without dash, or the buyer's tracking address."""

import re
from typing import Final

from marketplace import database
from marketplace.actor import Actor
from marketplace.errors import InvalidError
from marketplace.orders import counter_store

_LONGEST_TYPED: Final = 300
_CODE_LENGTH: Final = 8
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


def read_typed_code(typed: str) -> tuple[list[str], str]:
    """Readings of what was typed: possible codes, and a tracking token (empty where it is none)."""
    last = re.split(r"[?#]", typed.strip(), maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    token = last if _TOKEN.fullmatch(last) else ""
    plain = re.sub(r"[^A-Z0-9]", "", last.upper())
    codes = {last.upper()} if re.fullmatch(r"[A-Za-z0-9-]{1,32}", last) else set()
    if len(plain) == _CODE_LENGTH:
        codes |= {plain, f"{plain[:4]}-{plain[4:]}"}
    return sorted(codes), token


def is_link(typed: str) -> bool:
    """Whether it may be a link that follows an order, or the token in it: with it anybody could follow the order."""
    return bool(read_typed_code(typed)[1])


async def find_order_code(typed: str, *, actor: Actor) -> str:
    """Return the code of the order at the actor's store.

    Raises:
        InvalidError: nothing was typed, or no order of this store is meant by it.

    """
    if not typed.strip():
        raise InvalidError(fields={"code": "Tulis atau pindai kode pesanannya."})
    codes, token = read_typed_code(typed[:_LONGEST_TYPED])
    found = None
    if codes or token:
        async with database.connection() as connection:
            found = await counter_store.find_code(
                connection, store_id=actor.require_store(), codes=codes, tracking_token=token
            )
    if found is None:
        raise InvalidError(
            fields={"code": "Tidak ada pesanan dengan kode itu di gerai ini. Periksa lagi huruf dan angkanya."}
        )
    return found
