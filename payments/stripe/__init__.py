"""Stripe, an optional adapter behind the boundary: Checkout, signed events, refunds, disputes, payouts, shares.

Nothing here imports the `stripe` package until the first call over the network. Methods of `StripeApi` call the network
and take no connection; functions that take a connection never call the network. Who joins them is the caller.
"""

from payments.calls.calls import KEY_LIFETIME, Call, claim_call, claim_calls, defer_call, end_call, want_call
from payments.inbox.inbox import WaitingEvent, claim_events, defer_event, finish_event, keep_event
from payments.stripe.checkout import (
    PROVIDER,
    ReturnAddresses,
    checkout_key,
    count_stuck,
    list_pages_to_close,
    start_card,
    want_expiry,
    want_look,
)
from payments.stripe.client import StripeApi
from payments.stripe.disputes import Dispute, list_disputes, note_evidence, settle_by_loss, take_dispute
from payments.stripe.errors import BadSignature, StripeKeyRefused, StripeNotFound, StripeRefused, StripeUnavailable
from payments.stripe.facts import AccountFact, ChargeFee, DisputeFact, HostedPage, RefundFact, SentTransfer
from payments.stripe.find import (
    find_by_charge,
    find_by_key,
    find_by_page,
    find_card_payment,
    find_card_refund,
    find_card_refund_by_id,
    list_transfers,
)
from payments.stripe.forgotten import NOT_DONE, done_once
from payments.stripe.money_out import book_fee, take_payout
from payments.stripe.movements import (
    OVERLAP,
    StrangeMovement,
    StripeDifference,
    keep_movements,
    list_own_accounts,
    list_strange_movements,
    list_stripe_differences,
    look_at_unbooked,
    note_read,
    read_through,
)
from payments.stripe.own_part import (
    RefusedBack,
    are_own_parts_under_way,
    is_own_account,
    list_refused_backs,
    want_own_part,
)
from payments.stripe.receivers import Receiver, find_receiver, want_account
from payments.stripe.refunds import end_refund, pending_refunds, refund_card, take_refund, take_refund_made_elsewhere
from payments.stripe.settings import StripeSettings
from payments.stripe.sharing import (
    connect_account,
    end_transfer,
    note_capability,
    set_sharing,
    share_out,
    shares_under_way,
)
from payments.stripe.shop import find_sharing, may_take_cards, take_cards
from payments.stripe.stuck import Looked, Stuck, list_stuck, look_up, note_seen, take_stuck
from payments.stripe.take_back import book_reversal, catch_up, lose_reversal, take_own_back, take_shares_back
from payments.stripe.transfers import (
    finish_supplier_transfer,
    free_clearing,
    list_receivers,
    take_transfer,
    want_supplier_transfer,
)
from payments.stripe.webhook import kept_body, read_event

__all__ = [
    "KEY_LIFETIME",
    "NOT_DONE",
    "OVERLAP",
    "PROVIDER",
    "AccountFact",
    "BadSignature",
    "Call",
    "ChargeFee",
    "Dispute",
    "DisputeFact",
    "HostedPage",
    "Looked",
    "Receiver",
    "RefundFact",
    "RefusedBack",
    "ReturnAddresses",
    "SentTransfer",
    "StrangeMovement",
    "StripeApi",
    "StripeDifference",
    "StripeKeyRefused",
    "StripeNotFound",
    "StripeRefused",
    "StripeSettings",
    "StripeUnavailable",
    "Stuck",
    "WaitingEvent",
    "are_own_parts_under_way",
    "book_fee",
    "book_reversal",
    "catch_up",
    "checkout_key",
    "claim_call",
    "claim_calls",
    "claim_events",
    "connect_account",
    "count_stuck",
    "defer_call",
    "defer_event",
    "done_once",
    "end_call",
    "end_refund",
    "end_transfer",
    "find_by_charge",
    "find_by_key",
    "find_by_page",
    "find_card_payment",
    "find_card_refund",
    "find_card_refund_by_id",
    "find_receiver",
    "find_sharing",
    "finish_event",
    "finish_supplier_transfer",
    "free_clearing",
    "is_own_account",
    "keep_event",
    "keep_movements",
    "kept_body",
    "list_disputes",
    "list_own_accounts",
    "list_pages_to_close",
    "list_receivers",
    "list_refused_backs",
    "list_strange_movements",
    "list_stripe_differences",
    "list_stuck",
    "list_transfers",
    "look_at_unbooked",
    "look_up",
    "lose_reversal",
    "may_take_cards",
    "note_capability",
    "note_evidence",
    "note_read",
    "note_seen",
    "pending_refunds",
    "read_event",
    "read_through",
    "refund_card",
    "set_sharing",
    "settle_by_loss",
    "share_out",
    "shares_under_way",
    "start_card",
    "take_cards",
    "take_dispute",
    "take_own_back",
    "take_payout",
    "take_refund",
    "take_refund_made_elsewhere",
    "take_shares_back",
    "take_stuck",
    "take_transfer",
    "want_account",
    "want_call",
    "want_expiry",
    "want_look",
    "want_own_part",
    "want_supplier_transfer",
]
