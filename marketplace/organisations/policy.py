"""Who may decide, grant and change in organisations, and the reason why not."""

from collections.abc import Collection
from typing import Final

import asyncpg

from marketplace.actor import Actor
from marketplace.errors import ForbiddenError, NotFoundError
from marketplace.organisations.errors import OwnApplicationError

# Which roles the wearer of a hat may give and end in their own organisation. Pengurus and pengawas are chosen by the
# members' meeting (UU 25/1992 articles 29 and 38): the operator records what its minutes say.
GRANTABLE: Final[dict[str, tuple[str, ...]]] = {
    "seller_owner": ("seller_owner", "seller_staff"),
    "pengurus": ("cashier", "store_manager"),
    "partner_staff": ("partner_staff",),
    "platform_operator": (
        "member",
        "cashier",
        "store_manager",
        "pengurus",
        "pengawas",
        "seller_owner",
        "seller_staff",
        "partner_staff",
        "agency_officer",
        "platform_operator",
    ),
}
# An organisation keeps at least one of these while it is at work.
ANSWERABLE: Final = ("seller_owner", "pengurus", "partner_staff", "agency_officer", "platform_operator")
# Who watches does not also act (UU 25/1992: pengawas apart from pengurus).
ACTING: Final = ("pengurus", "store_manager", "cashier")
MAY_CHANGE_PROFILE: Final = ("seller_owner", "pengurus", "store_manager", "partner_staff")


def is_operator(actor: Actor) -> bool:
    """Whether the platform operator's hat is worn."""
    return actor.hat is not None and actor.hat.role == "platform_operator"


def check_may_decide(actor: Actor, organisation: asyncpg.Record) -> None:
    """The operator decides every application; the cooperative of a seller's own village may decide on it too.

    Raises:
        NotFoundError: an outsider.
        OwnApplicationError: the actor is the applicant.

    """
    is_neighbour = (
        organisation["kind"] == "seller"
        and actor.hat is not None
        and actor.hat.role in ("pengurus", "store_manager")
        and actor.hat.region_code == organisation["region_code"]
    )
    if not is_operator(actor) and not is_neighbour:
        raise NotFoundError
    if organisation["applied_by"] == actor.person_id:
        raise OwnApplicationError


def check_acts_for(actor: Actor, organisation_id: int) -> None:
    """The hat worn belongs to this organisation, or is the operator's.

    Raises:
        NotFoundError: an outsider.

    """
    if is_operator(actor):
        return
    if actor.hat is None or actor.hat.organisation_id != organisation_id:
        raise NotFoundError


def check_may_hold(role: str, held: Collection[str]) -> None:
    """Let a role pass that goes with those a person holds in the same organisation.

    Raises:
        ForbiddenError: the person would watch over themselves.

    """
    if (role == "pengawas" and set(held) & set(ACTING)) or (role in ACTING and "pengawas" in held):
        message = "Pengawas tidak boleh merangkap pengurus, pengelola, atau kasir koperasi yang sama."
        raise ForbiddenError(message)


def check_may_grant(actor: Actor, organisation_id: int, role: str) -> None:
    """Give or end this role in this organisation.

    Raises:
        NotFoundError: an outsider.
        ForbiddenError: the hat worn does not give this role.

    """
    check_acts_for(actor, organisation_id)
    if role not in GRANTABLE.get(actor.require_hat().role, ()):
        message = "Peran Anda tidak berwenang memberi atau mengakhiri peran ini."
        raise ForbiddenError(message)
