"""Which payment of ours an object of Stripe's belongs to."""

from payments.attempts.store import find_by_key
from payments.stripe.store import find_payment as find_card_payment
from payments.stripe.store import find_payment_by_charge as find_by_charge
from payments.stripe.store import find_payment_by_page as find_by_page
from payments.stripe.store import find_refund as find_card_refund
from payments.stripe.store import find_refund_by_id as find_card_refund_by_id
from payments.stripe.store import list_transfers

__all__ = [
    "find_by_charge",
    "find_by_key",
    "find_by_page",
    "find_card_payment",
    "find_card_refund",
    "find_card_refund_by_id",
    "list_transfers",
]
