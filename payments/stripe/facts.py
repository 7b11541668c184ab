"""What Stripe answers, as facts of ours: only what is needed, amounts in rupiah, states in our words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec

from payments.money import Money
from payments.stripe.amounts import CURRENCY, fee_from_minor, from_minor

PageState: TypeAlias = Literal["open", "paid", "waiting", "expired"]
RefundState: TypeAlias = Literal["pending", "succeeded", "failed"]
DisputeState: TypeAlias = Literal["asked", "open", "won", "lost"]

# What we call our own objects at Stripe, among their metadata.
KEY_NAME: Final = "lumbung_key"

_REFUND_STATES: dict[str, RefundState] = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}
# A bank that only asks has taken nothing; if it takes the money after all, the same dispute becomes one of the others.
_DISPUTE_STATES: dict[str, DisputeState] = {
    "won": "won",
    "lost": "lost",
    "warning_needs_response": "asked",
    "warning_under_review": "asked",
    "warning_closed": "asked",
    "prevented": "asked",
}


class HostedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A Checkout Session: the page at Stripe where a buyer pays.

    `charge_id` names the money; `amount` is None where it is not whole rupiah. `attempt_key` is what we called the
    attempt when we asked; empty for a session that is not ours. `fee` is None while Stripe has not said what it costs.
    """

    page_id: str
    state: PageState
    url: str
    amount: Money | None
    currency: str
    attempt_key: str
    charge_id: str
    fee: Money | None
    is_live: bool
    expires_at: datetime | None
    paid_at: datetime | None = None


class ChargeFee(msgspec.Struct, frozen=True, kw_only=True):
    """What taking one payment cost; None while Stripe has not said so."""

    charge_id: str
    fee: Money | None
    paid_at: datetime | None = None


class RefundFact(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as Stripe has it. `attempt_key` is ours for the payment; empty where that is none of ours."""

    refund_id: str
    charge_id: str
    attempt_key: str
    state: RefundState
    amount: Money
    refund_key: str
    failure: str
    made_at: datetime | None = None


class DisputeFact(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute; `fee` is what Stripe charges for it (not given back with a win everywhere).

    `asked`: the buyer's bank asks about the payment, and no money has moved (https://docs.stripe.com/disputes/how-disputes-work).
    `won_at` is when the money came back; Stripe does not say when a dispute was lost.
    """

    dispute_id: str
    charge_id: str
    attempt_key: str
    state: DisputeState
    amount: Money
    fee: Money
    reason: str
    evidence_until: datetime | None
    opened_at: datetime | None = None
    won_at: datetime | None = None


class PayoutPart(msgspec.Struct, frozen=True, kw_only=True):
    """One movement in a payout: its charge or transfer, and the net of it (what came less fees) in rupiah.

    Of a refund or dispute it is the charge they are of, of a reversal the transfer; empty where Stripe names none.
    """

    kind: str
    charge_id: str
    transfer_id: str
    net: Money


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """One movement on the account's balance, in hundredths of a rupiah; of `charge_id` and `transfer_id` one at most.

    `source_id` names the charge, refund, dispute, transfer, reversal or payout that it comes from.
    """

    movement_id: str
    kind: str
    source_id: str
    charge_id: str
    transfer_id: str
    amount_sen: int
    fee_sen: int
    currency: str
    happened_at: datetime


class PayoutFact(msgspec.Struct, frozen=True, kw_only=True):
    """Money on its way to, or at, the bank; `parts` are what it is made of, `is_failed` undoes it."""

    payout_id: str
    is_paid: bool
    is_failed: bool
    amount: Money
    parts: tuple[PayoutPart, ...]
    arrives_at: datetime


class AccountFact(msgspec.Struct, frozen=True, kw_only=True):
    """A connected account: whether it may be sent transfers.

    `needs_more`: Stripe waits for something from its owner; `is_submitted`: the owner has been through its form.
    """

    account_id: str
    may_receive: bool
    is_submitted: bool = False
    needs_more: bool = False


class SentTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that was made; `arrived_as` is what it is called on the account it went to."""

    transfer_id: str
    arrived_as: str


class TransferFact(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer to a connected account, and how much of it was taken back so far. `key` is our call's."""

    transfer_id: str
    amount: Money
    reversed: Money
    key: str


def page_of(session: Any) -> HostedPage:
    """Tell a Checkout Session; the payment intent and its charge are expanded where they are there."""
    intent = session.get("payment_intent")
    charge = intent.get("latest_charge") if _is_expanded(intent) else None
    state: PageState = "open"
    if session["status"] == "expired":
        state = "expired"
    elif session["status"] == "complete":
        state = "paid" if session["payment_status"] == "paid" else "waiting"
    total, currency = session.get("amount_total"), session.get("currency") or ""
    return HostedPage(
        page_id=session["id"],
        state=state,
        url=session.get("url") or "",
        amount=_whole(total, currency),
        currency=currency,
        attempt_key=(session.get("metadata") or {}).get(KEY_NAME, ""),
        charge_id=_id_of(charge),
        fee=_fee_of(charge) if _is_expanded(charge) else None,
        is_live=bool(session.get("livemode")),
        expires_at=_instant(session.get("expires_at")),
        paid_at=_instant(charge["created"]) if charge is not None and _is_expanded(charge) else None,
    )


def charge_fee_of(charge: Any) -> ChargeFee:
    """Tell what a charge cost; its balance transaction is expanded where it is there."""
    return ChargeFee(charge_id=charge["id"], fee=_fee_of(charge), paid_at=_instant(charge.get("created")))


def refund_fact_of(refund: Any) -> RefundFact:
    """Tell a refund. Raises WrongAmount."""
    return RefundFact(
        refund_id=refund["id"],
        charge_id=_id_of(refund.get("charge")),
        attempt_key=_key_of(refund.get("payment_intent")),
        state=_REFUND_STATES.get(refund["status"], "pending"),
        amount=from_minor(refund["amount"], refund["currency"]),
        refund_key=(refund.get("metadata") or {}).get(KEY_NAME, ""),
        failure=refund.get("failure_reason") or "",
        made_at=_instant(refund.get("created")),
    )


def dispute_fact_of(dispute: Any) -> DisputeFact:
    """Tell a dispute. Raises WrongAmount."""
    moved = dispute.get("balance_transactions") or []
    fees = [part["fee"] for part in moved if part["currency"] == CURRENCY]
    came_back = [part["created"] for part in moved if part["amount"] > 0 and part.get("created")]
    return DisputeFact(
        dispute_id=dispute["id"],
        charge_id=_id_of(dispute.get("charge")),
        attempt_key=_key_of(dispute.get("payment_intent")),
        state=_DISPUTE_STATES.get(dispute["status"], "open"),
        amount=from_minor(dispute["amount"], dispute["currency"]),
        fee=fee_from_minor(max(sum(fees), 0), CURRENCY),
        reason=(dispute.get("reason") or "")[:100],
        evidence_until=_instant((dispute.get("evidence_details") or {}).get("due_by")),
        opened_at=_instant(dispute.get("created")),
        won_at=_instant(max(came_back, default=None)),
    )


def payout_fact_of(payout: Any, transactions: list[Any]) -> PayoutFact:
    """Tell a payout with the movements in it, their sources expanded. Raises WrongAmount for another currency."""
    return PayoutFact(
        payout_id=payout["id"],
        is_paid=payout["status"] == "paid",
        is_failed=payout["status"] in ("failed", "canceled"),
        amount=fee_from_minor(payout["amount"], payout["currency"]),
        parts=tuple(_part(entry) for entry in transactions if entry["type"] not in ("payout", "payout_failure")),
        arrives_at=_instant(payout["arrival_date"]) or datetime.now(UTC),
    )


def failed_payouts_of(transactions: list[Any]) -> list[str]:
    """Name the payouts that came back and are among these movements."""
    return [_id_of(entry.get("source")) for entry in transactions if entry["type"] == "payout_failure"]


def _part(entry: Any) -> PayoutPart:
    charge_id, transfer_id = _about(entry.get("source"))
    net = from_minor(entry["amount"], entry["currency"]) - fee_from_minor(entry["fee"], entry["currency"])
    return PayoutPart(kind=entry["type"], charge_id=charge_id, transfer_id=transfer_id, net=net)


def movement_of(entry: Any) -> Movement:
    """Tell a balance transaction, its source expanded."""
    charge_id, transfer_id = _about(entry.get("source"))
    return Movement(
        movement_id=entry["id"],
        kind=entry["type"],
        source_id=_id_of(entry.get("source")),
        charge_id=charge_id,
        transfer_id=transfer_id,
        amount_sen=entry["amount"],
        fee_sen=entry["fee"],
        currency=entry["currency"],
        happened_at=datetime.fromtimestamp(entry["created"], UTC),
    )


def _about(source: Any) -> tuple[str, str]:
    """Which charge or transfer a movement's source is, or hangs on; empty where neither."""
    if not _is_expanded(source):
        return "", ""
    if source["object"] == "charge":
        return source["id"], ""
    if source["object"] == "transfer":
        return "", source["id"]
    if source["object"] == "transfer_reversal":
        return "", _id_of(source.get("transfer"))
    return _id_of(source.get("charge")), ""


def account_fact_of(account: Any) -> AccountFact:
    """Tell a connected account."""
    capabilities, requirements = account.get("capabilities") or {}, account.get("requirements") or {}
    return AccountFact(
        account_id=account["id"],
        may_receive=capabilities.get("transfers") == "active",
        is_submitted=bool(account.get("details_submitted")),
        needs_more=bool(requirements.get("currently_due") or requirements.get("past_due")),
    )


def sent_transfer_of(transfer: Any) -> SentTransfer:
    """Tell a transfer that was made just now, or found."""
    return SentTransfer(transfer_id=transfer["id"], arrived_as=_id_of(transfer.get("destination_payment")))


def transfer_fact_of(transfer: Any) -> TransferFact:
    """Tell a transfer. Raises WrongAmount."""
    return TransferFact(
        transfer_id=transfer["id"],
        amount=from_minor(transfer["amount"], transfer["currency"]),
        reversed=from_minor(transfer["amount_reversed"], transfer["currency"]),
        key=(transfer.get("metadata") or {}).get(KEY_NAME, ""),
    )


def _fee_of(charge: Any) -> Money | None:
    transaction = charge.get("balance_transaction")
    if not _is_expanded(transaction) or transaction["currency"] != CURRENCY:
        return None
    return fee_from_minor(transaction["fee"], transaction["currency"])


def _whole(minor: int | None, currency: str) -> Money | None:
    if minor is None or currency != CURRENCY or minor % 100:
        return None
    return from_minor(minor, currency)


def _key_of(intent: Any) -> str:
    return (intent.get("metadata") or {}).get(KEY_NAME, "") if _is_expanded(intent) else ""


def _is_expanded(value: Any) -> bool:
    return value is not None and not isinstance(value, str)


def _id_of(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value["id"])


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
