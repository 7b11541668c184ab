"""States of an order and the steps between them, as data. Who may take a step is policy.py's."""

from datetime import timedelta
from typing import Final

from marketplace.errors import ConflictError

TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    "placed": frozenset({"accepted", "ready", "handed_over", "cancelled", "expired"}),
    "accepted": frozenset({"ready", "handed_over", "cancelled", "expired"}),
    "ready": frozenset({"handed_over", "cancelled", "expired"}),
    "handed_over": frozenset({"completed", "returned"}),
    "completed": frozenset({"returned"}),
    "cancelled": frozenset(),
    "expired": frozenset(),
    "returned": frozenset(),
}

# A paid order waits for its buyer longer than an unpaid one.
PAID_HOLD: Final = timedelta(days=7)

OPEN_STATES: Final = ("placed", "accepted", "ready")
STATE_NAMES: Final = {
    "placed": "Menunggu diterima gerai",
    "accepted": "Sedang disiapkan",
    "ready": "Siap diambil",
    "handed_over": "Sudah diserahkan",
    "completed": "Selesai",
    "cancelled": "Dibatalkan",
    "expired": "Kedaluwarsa",
    "returned": "Dikembalikan",
}

# Where an order that is brought to the buyer is called otherwise.
DELIVERED_LABELS: Final = {"ready": "Siap diantar"}


def state_name(state: str, fulfilment: str) -> str:
    """Name a state as the buyer of this order meets it: goods that are brought are not ready to be fetched."""
    return (DELIVERED_LABELS.get(state) if fulfilment == "delivery" else None) or STATE_NAMES[state]


class WrongStateError(ConflictError):
    """The order has moved on, so this step is no longer (or not yet) possible."""

    code = "wrong_order_state"


def check_step(state: str, target: str) -> None:
    """Let a step pass that stands in the table.

    Raises:
        WrongStateError: it does not.

    """
    if target not in TRANSITIONS[state]:
        message = "Pesanan ini berstatus “{state}”, jadi langkah ini tidak bisa dilakukan lagi."
        raise WrongStateError(message, state=STATE_NAMES[state])
