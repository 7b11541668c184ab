"""Which transfers a gateway's doings make: fees, refunds, disputes, payouts, shares, own parts. Pure, as `recipes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payments.ledger.accounts import (
    DISPUTE_LOSS,
    PAYMENT_FEE,
    STRIPE_BALANCE,
    AccountKey,
    buyer_receivable,
    dispute_hold,
    refund_due,
    supplier_payable,
)
from payments.ledger.transfers import Transfer

if TYPE_CHECKING:
    from payments.money import Money


def gateway_fee(*, clearing: AccountKey, fee: Money) -> tuple[Transfer, ...]:
    """Book what taking a payment cost, once Stripe has said so: the store's cost, never the buyer's."""
    return () if not fee else (Transfer(debit=PAYMENT_FEE, credit=clearing, amount=fee, event="gateway.fee"),)


def refund_left(*, payable: str, clearing: AccountKey, amount: Money, refund_reference: str) -> tuple[Transfer, ...]:
    """Book that a gateway gave back what was owed to the buyer ('refund:4')."""
    event = f"{refund_reference}.given_back"
    return (Transfer(debit=refund_due(payable), credit=clearing, amount=amount, event=event),)


def refund_came_back(
    *, payable: str, clearing: AccountKey, amount: Money, refund_reference: str
) -> tuple[Transfer, ...]:
    """Book that a refund which had left failed later: the money is here again and still the buyer's."""
    event = f"{refund_reference}.came_back"
    return (Transfer(debit=clearing, credit=refund_due(payable), amount=amount, event=event),)


def refunded_elsewhere(
    *, payable: str, clearing: AccountKey, amount: Money, settles: Money, refund_reference: str
) -> tuple[Transfer, ...]:
    """Book a refund made at the gateway itself: it `settles` what was due; for the rest the buyer owes again."""
    parts = (
        (refund_due(payable), settles, f"{refund_reference}.settled_elsewhere"),
        (buyer_receivable(payable), amount - settles, f"{refund_reference}.made_elsewhere"),
    )
    return tuple(
        Transfer(debit=debit, credit=clearing, amount=part, event=event) for debit, part, event in parts if part
    )


def dispute_opened(*, dispute_reference: str, clearing: AccountKey, amount: Money, fee: Money) -> tuple[Transfer, ...]:
    """Book what a gateway holds back while a buyer disputes a payment, and its fee for that."""
    held = Transfer(debit=dispute_hold(dispute_reference), credit=clearing, amount=amount, event="dispute.held")
    if not fee:
        return (held,)
    return (held, Transfer(debit=PAYMENT_FEE, credit=clearing, amount=fee, event="dispute.fee"))


def dispute_won(*, dispute_reference: str, clearing: AccountKey, amount: Money) -> tuple[Transfer, ...]:
    """Book that what was held back is the store's again."""
    return (Transfer(debit=clearing, credit=dispute_hold(dispute_reference), amount=amount, event="dispute.won"),)


def dispute_lost(*, dispute_reference: str, amount: Money) -> tuple[Transfer, ...]:
    """Book that what was held back is gone."""
    return (Transfer(debit=DISPUTE_LOSS, credit=dispute_hold(dispute_reference), amount=amount, event="dispute.lost"),)


def settled_by_dispute(*, payable: str, amount: Money, refund_reference: str) -> tuple[Transfer, ...]:
    """Book that what a buyer was owed reached them by the dispute they won: so much less was lost by it."""
    event = f"{refund_reference}.settled_by_dispute"
    return (Transfer(debit=refund_due(payable), credit=DISPUTE_LOSS, amount=amount, event=event),)


def paid_out(*, bank: AccountKey, clearing: AccountKey, net: Money, event: str) -> tuple[Transfer, ...]:
    """Book a book's part of a payout; below zero (more refunds than payments) the bank gives."""
    if not net:
        return ()
    if net.is_negative:
        return (Transfer(debit=clearing, credit=bank, amount=-net, event=event),)
    return (Transfer(debit=bank, credit=clearing, amount=net, event=event),)


def share_sent(*, owner: str, clearing: AccountKey, amount: Money, event: str) -> tuple[Transfer, ...]:
    """Book a transfer to a supplier's own account at the gateway: so much less is owed to them."""
    return (Transfer(debit=supplier_payable(owner), credit=clearing, amount=amount, event=event),)


def share_taken_back(*, owner: str, clearing: AccountKey, amount: Money, event: str) -> tuple[Transfer, ...]:
    """Book that part of it was taken back."""
    return (Transfer(debit=clearing, credit=supplier_payable(owner), amount=amount, event=event),)


def own_part_sent(*, clearing: AccountKey, amount: Money, event: str) -> tuple[Transfer, ...]:
    """Book a transfer to the cooperative's own account at the gateway: the same money in another place."""
    return (Transfer(debit=STRIPE_BALANCE, credit=clearing, amount=amount, event=event),)


def own_part_taken_back(*, clearing: AccountKey, amount: Money, event: str) -> tuple[Transfer, ...]:
    """Book that part of it was taken back."""
    return (Transfer(debit=clearing, credit=STRIPE_BALANCE, amount=amount, event=event),)
