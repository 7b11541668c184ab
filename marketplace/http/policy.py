"""Which route is open to whom; checked before the handler runs.

Every handler carries `opt=policy(...)`; a test walks all routes and refuses one without. A guest is asked to sign in;
an outsider (no role in that kind of organisation) learns nothing and gets 404; an insider without the right gets 403
with the reason, and so does one whose organisation is suspended. Rules about an object (whose order is it) are the
area's.
"""

from typing import Any, Final

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from marketplace.actor import Actor, Hat, Suspension
from marketplace.errors import ForbiddenError, NotFoundError, SignInRequiredError
from marketplace.web.translate import translate

ROLE_KINDS: Final = {
    "member": "cooperative",
    "cashier": "cooperative",
    "store_manager": "cooperative",
    "pengurus": "cooperative",
    "pengawas": "cooperative",
    "seller_owner": "seller",
    "seller_staff": "seller",
    "partner_staff": "partner",
    "agency_officer": "agency",
    "platform_operator": "operator",
}

ROLE_NAMES: Final = {
    "member": "anggota",
    "cashier": "kasir",
    "store_manager": "pengelola gerai",
    "pengurus": "pengurus",
    "pengawas": "pengawas",
    "seller_owner": "pemilik usaha",
    "seller_staff": "staf usaha",
    "partner_staff": "staf mitra",
    "agency_officer": "petugas dinas",
    "platform_operator": "pengelola platform",
}

# Named groups, so that a rule reads the same everywhere.
STORE_READERS: Final = ("cashier", "store_manager", "pengurus", "pengawas")
BOOK_READERS: Final = ("store_manager", "pengurus", "pengawas")
STORE_STAFF: Final = ("cashier", "store_manager", "pengurus")
STORE_MANAGERS: Final = ("store_manager", "pengurus")
SELLERS: Final = ("seller_owner", "seller_staff")
PARTNERS: Final = ("partner_staff",)
AGENCY: Final = ("agency_officer",)
OPERATORS: Final = ("platform_operator",)


class Policy(msgspec.Struct, frozen=True):
    """Who passes: everyone, the signed in, or the wearers of some hats."""

    is_public: bool = False
    roles: tuple[str, ...] = ()


def public() -> dict[str, Any]:
    """Route options: open to everyone."""
    return {"policy": Policy(is_public=True)}


def signed_in() -> dict[str, Any]:
    """Route options: open to every signed-in person."""
    return {"policy": Policy()}


def only(*roles: str) -> dict[str, Any]:
    """Route options: open to wearers of one of these hats."""
    unknown = set(roles) - set(ROLE_KINDS)
    if unknown or not roles:
        message = f"unknown roles: {sorted(unknown)}"
        raise ValueError(message)
    return {"policy": Policy(roles=roles)}


class OtherHatError(ForbiddenError):
    """The actor holds a role that may, but wears another hat; `hats` are those to change to."""

    default_message = "Anda memegang peran ini, tetapi sedang memakai topi lain. Ganti topi dulu."

    def __init__(self, hats: tuple[Hat, ...]) -> None:
        """Take the hats; programs are told their assignments, to wear one by PUT /people/me/hat."""
        super().__init__(assignment_ids=[hat.assignment_id for hat in hats])
        self.hats = hats


class WrongRoleError(ForbiddenError):
    """The actor belongs to such an organisation, in another role than `roles`."""

    default_message = "Hanya {roles} yang boleh melakukan ini."

    def __init__(self, roles: tuple[str, ...]) -> None:
        """Take the roles that may."""
        self.roles = roles
        super().__init__(roles=", ".join(ROLE_NAMES[role] for role in roles))

    def facts_in(self, language: str) -> dict[str, object]:
        """The names of the roles in the reader's language."""
        return {"roles": ", ".join(translate(ROLE_NAMES[role], language) for role in self.roles)}


class SuspendedError(ForbiddenError):
    """The actor would pass, but the organisation behind the role is suspended: they are told why, and whom to ask."""

    code = "organisation_suspended"
    default_message = (
        "{organisation} dibekukan sejak {since} dengan alasan: {reason}. Selama itu peran Anda di sana tidak bisa"
        " dipakai. Tanyakan kepada pengelola Lumbung atau Dinas Koperasi dan UMKM kabupaten/kota Anda."
    )

    def __init__(self, suspension: Suspension) -> None:
        """Take what is known of the suspension."""
        self.suspension = suspension
        facts = suspension.facts_in("id")
        super().__init__(organisation=facts["organisation"], since=facts["since"], reason=facts["reason"])

    def facts_in(self, language: str) -> dict[str, object]:
        """The day in the reader's language."""
        return self.suspension.facts_in(language)


def check_policy(policy: Policy, actor: Actor) -> None:
    """Let the actor pass or say why not.

    Raises:
        SignInRequiredError: a guest at a closed door.
        NotFoundError: an outsider.
        SuspendedError: an insider of an organisation that is suspended.
        ForbiddenError: an insider without the right, with the reason.

    """
    if policy.is_public:
        return
    if not actor.is_signed_in:
        raise SignInRequiredError
    if not policy.roles:
        return
    if actor.hat is not None and actor.hat.role in policy.roles:
        return
    if any(hat.role in policy.roles for hat in actor.hats):
        raise OtherHatError(tuple(hat for hat in actor.hats if hat.role in policy.roles))
    kinds = {ROLE_KINDS[role] for role in policy.roles}
    is_insider = any(hat.organisation_kind in kinds for hat in actor.hats)
    for suspension in actor.suspensions:
        if suspension.role in policy.roles or (suspension.organisation_kind in kinds and not is_insider):
            raise SuspendedError(suspension)
    if is_insider:
        raise WrongRoleError(policy.roles)
    raise NotFoundError


def check_route(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Apply the policy of the matched handler; called for every request before its handler runs."""
    state = connection.scope["state"]
    if (failure := state.get("visitor_failure")) is not None:
        # Only here is there a handler whose way of answering errors can be used.
        raise failure
    if connection.scope.get("method") == "OPTIONS":
        # Answered by the framework with the methods of the address, whoever asks.
        return
    found = handler.opt.get("policy")
    if found is None:
        message = f"{handler} has no policy"
        raise RuntimeError(message)
    check_policy(found, state["actor"])
