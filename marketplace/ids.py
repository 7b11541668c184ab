"""Identifiers: typed row ids, unguessable tokens, and order codes that survive being read aloud."""

import secrets
from hashlib import sha256
from typing import NewType

PersonId = NewType("PersonId", int)
OrganisationId = NewType("OrganisationId", int)
StoreId = NewType("StoreId", int)
ProductId = NewType("ProductId", int)
ListingId = NewType("ListingId", int)
CartId = NewType("CartId", int)
OrderId = NewType("OrderId", int)
ShiftId = NewType("ShiftId", int)
OfferId = NewType("OfferId", int)
ApplicationId = NewType("ApplicationId", int)

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B: codes are read over the counter and through WhatsApp voice notes.
_CODE_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
_CODE_LETTERS = 8


def new_token() -> str:
    """An unguessable token of 128 bits, safe in a URL."""
    return secrets.token_urlsafe(16)


def hash_token(token: str) -> bytes:
    """What is stored of a token that gives access: reading the table must not be enough to use it."""
    return sha256(token.encode()).digest()


def new_order_code() -> str:
    """Eight letters and digits in two groups, such as `K7QM-3RTA` (25**8 ≈ 1.5e11 values)."""
    number = secrets.randbelow(len(_CODE_ALPHABET) ** _CODE_LETTERS)
    letters = ""
    for _ in range(_CODE_LETTERS):
        number, digit = divmod(number, len(_CODE_ALPHABET))
        letters += _CODE_ALPHABET[digit]
    return f"{letters[:4]}-{letters[4:]}"
