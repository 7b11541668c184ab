"""States of offers and applications and the steps between them, as data."""

from typing import Final, Literal

from marketplace.errors import ConflictError

OfferState = Literal["draft", "published", "closed"]
ApplicationState = Literal["applied", "accepted", "declined", "withdrawn"]

OFFER_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"published", "closed"}),
    "published": frozenset({"closed"}),
    "closed": frozenset({"published"}),
}
# What follows an acceptance (agreement, call-offs) is not ours yet: it will hang on the accepted application.
APPLICATION_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "applied": frozenset({"accepted", "declined", "withdrawn"}),
    "accepted": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
}

OFFER_STATE_NAMES: Final = {"draft": "Draf", "published": "Terbit", "closed": "Ditutup"}
APPLICATION_STATE_NAMES: Final = {
    "applied": "Menunggu jawaban mitra",
    "accepted": "Diterima mitra",
    "declined": "Ditolak mitra",
    "withdrawn": "Ditarik koperasi",
}
STATE_KINDS: Final = {
    "draft": "plain",
    "published": "ok",
    "closed": "stop",
    "applied": "wait",
    "accepted": "ok",
    "declined": "stop",
    "withdrawn": "plain",
}


class WrongOfferStateError(ConflictError):
    """The offer is not in a state that allows the step."""

    code = "wrong_offer_state"
    default_message = "Keadaan penawaran ini sudah berubah, jadi langkah ini tidak bisa dilakukan lagi."


class WrongApplicationStateError(ConflictError):
    """The application has been decided or withdrawn."""

    code = "wrong_application_state"
    default_message = "Pengajuan ini sudah dijawab atau ditarik."


def check_offer_step(state: str, target: str) -> None:
    """Let a step of an offer pass that stands in the table.

    Raises:
        WrongOfferStateError: it does not.

    """
    if target not in OFFER_TRANSITIONS[state]:
        raise WrongOfferStateError


def check_application_step(state: str, target: str) -> None:
    """Let a step of an application pass that stands in the table.

    Raises:
        WrongApplicationStateError: it does not.

    """
    if target not in APPLICATION_TRANSITIONS[state]:
        raise WrongApplicationStateError
