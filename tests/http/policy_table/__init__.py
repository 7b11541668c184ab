"""The whole answer to "who may go where": method, path and who gets in; one table for each part of the addresses.

test_policies.py holds the routes to it.

Others meet a closed door: guests are asked to sign in, outsiders get 404, insiders of the same kind of organisation 403
with the reason.
"""

from typing import Final

from marketplace.http.policy import ROLE_KINDS
from tests.http.policy_table import api, other_pages, store_pages

_COOPERATIVE: Final = ("cashier", "store_manager", "pengurus", "pengawas")
WHO: Final[dict[str, tuple[str, ...]]] = {
    "everyone": ("guest", "resident", *ROLE_KINDS),
    "signed in": ("resident", *ROLE_KINDS),
    "store readers": _COOPERATIVE,
    "board and supervisors": ("pengurus", "pengawas"),
    "store staff": ("cashier", "store_manager", "pengurus"),
    "store managers": ("store_manager", "pengurus"),
    "pengurus": ("pengurus",),
    "sellers": ("seller_owner", "seller_staff"),
    "owners of sellers": ("seller_owner",),
    "partners": ("partner_staff",),
    "agency": ("agency_officer",),
    "operators": ("platform_operator",),
    "members and staff": ("member", *_COOPERATIVE),
    "books and applications": ("store_manager", "pengurus", "pengawas"),
    "both sides of an offer": ("store_manager", "pengurus", "pengawas", "partner_staff"),
    "deciders": ("store_manager", "pengurus", "platform_operator"),
    "keepers of staff": ("pengurus", "seller_owner", "partner_staff"),
    "all staff who change": (*_COOPERATIVE, "seller_owner", "seller_staff", "partner_staff", "platform_operator"),
    "all staff": (
        *_COOPERATIVE,
        "seller_owner",
        "seller_staff",
        "partner_staff",
        "agency_officer",
        "platform_operator",
    ),
}

TABLES: Final = (api.TABLE, store_pages.TABLE, other_pages.TABLE)
