"""What a Stripe account holds: pages, payments, refunds, disputes, transfers, payouts, one balance, and its events.

The rules kept are those that our code leans on: a page is paid once, refunds and disputes never exceed a charge,
transfers never exceed their charge, the balance is the sum of its transactions, a key answers once.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.fakes.stripe.connect import Connect, page_of
from tests.fakes.stripe.words import Json, Refusal

__all__ = ["FakeStripe", "Fault", "Json", "Refusal"]
FEE_PERCENT = 3


class Fault(msgspec.Struct, kw_only=True):
    """Something that goes wrong `times` times for requests whose "METHOD /path" holds `part`.

    `status` answers so instead of doing it; `after_commit` does it first. Without a status the reply is dropped.
    `until` keeps the answer back for as long as that has not happened. The first `skip` of them go well.
    """

    part: str
    status: int | None = None
    after_commit: bool = False
    until: asyncio.Event | None = None
    times: int = 1
    skip: int = 0


class FakeStripe(Connect):
    """One account. Public methods that are not calls of the API are what buyers, banks and Stripe's people do."""

    def __init__(self, *, is_live: bool = False) -> None:
        self.is_live = is_live
        self.secret_key = "sk_live_fakefakefake" if is_live else "sk_test_fakefakefake"
        self.objects: dict[str, Json] = {}
        self.transactions: list[Json] = []
        # Of connected accounts, by their names.
        self.moved_at: dict[str, list[Json]] = {}
        self.events: list[Json] = []
        self.answers: dict[str, tuple[str, int, Json]] = {}
        self.under_way: set[str] = set()
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self.is_fee_late = False
        self.currency = "idr"
        self.pages_at = "https://checkout.stripe.test"
        self.webhook: tuple[str, str] | None = None
        self.next_refund_state = "succeeded"
        self.now: Callable[[], float] = time.time
        self._last_number = 0

    # what the API does

    def create_session(self, given: Json) -> Json:
        """POST /v1/checkout/sessions."""
        item = given["line_items"][0]["price_data"]
        total = int(item["unit_amount"]) * int(given["line_items"][0]["quantity"])
        expires_at = int(given["expires_at"])
        if not 30 * 60 - 60 <= expires_at - self.now() <= 24 * 3600 + 60:
            raise Refusal(
                saying="expires_at must be between 30 minutes and 24 hours from now", code="parameter_invalid"
            )
        if item["currency"] == "idr" and total < 1_000_000:
            raise Refusal(saying="the amount is too small", code="amount_too_small")
        intent = given["payment_intent_data"]
        return self._keep(
            "checkout.session",
            "cs_test_",
            status="open",
            payment_status="unpaid",
            amount_total=total,
            currency=item["currency"],
            client_reference_id=given.get("client_reference_id"),
            metadata=given.get("metadata", {}),
            expires_at=expires_at,
            payment_intent=None,
            success_url=given["success_url"],
            cancel_url=given["cancel_url"],
            url=f"{self.pages_at}/c/pay/",
            intent_data=intent,
        )

    def expire_session(self, session_id: str) -> Json:
        """POST /v1/checkout/sessions/{id}/expire."""
        session = self.get(session_id)
        if session["status"] != "open":
            raise Refusal(saying=f"Only open sessions can be expired; this one is {session['status']}")
        session["status"], session["url"] = "expired", None
        self._tell("checkout.session.expired", session)
        return session

    def create_refund(self, given: Json) -> Json:
        """POST /v1/refunds."""
        charge = self.get(given["charge"])
        amount = int(given.get("amount", charge["amount"] - charge["amount_refunded"]))
        if charge["disputed"]:
            raise Refusal(saying="the charge is disputed", code="charge_disputed")
        if amount > charge["amount"] - charge["amount_refunded"]:
            raise Refusal(saying="more than is left of the charge", code="charge_already_refunded")
        charge["amount_refunded"] += amount
        refund = self._keep(
            "refund",
            "re_",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            status=self.next_refund_state,
            failure_reason=None,
            metadata=given.get("metadata", {}),
        )
        self._move("refund", refund, -amount, fee=0)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    def list_refunds(self, given: Json) -> Json:
        """GET /v1/refunds of a charge."""
        return page_of([one for one in self.of("refund") if one["charge"] == given["charge"]], given)

    def list_movements(self, given: Json, *, account_id: str = "") -> Json:
        """GET /v1/balance_transactions: of a payout or since a time."""
        found = self._moved(account_id)
        if "payout" in given:
            found = [one for one in found if one["payout"] == given["payout"]]
        if "created" in given:
            found = [one for one in found if one["created"] >= int(given["created"]["gte"])]
        return page_of(found, given)

    def get(self, object_id: str, *, account_id: str | None = None) -> Json:
        """Read any object; with `account_id` one of that connected account, or (empty) of our own only."""
        found = self.objects.get(object_id)
        if found is None or (account_id is not None and found.get("of_account", "") != account_id):
            raise Refusal(saying=f"No such object: '{object_id}'", code="resource_missing", status=404)
        return found

    def of(self, kind: str) -> list[Json]:
        """All objects of a kind that are our own account's."""
        return [one for one in self.objects.values() if one["object"] == kind and not one.get("of_account")]

    # what people and banks do

    def pay(self, session_id: str, *, amount: int | None = None, currency: str | None = None) -> Json:
        """The buyer pays on a page; `amount` and `currency` for a page that was tampered with."""
        session = self.get(session_id)
        assert session["status"] == "open", session["status"]
        total = session["amount_total"] if amount is None else amount
        session["amount_total"] = total
        session["currency"] = currency or session["currency"]
        intent = self._keep(
            "payment_intent",
            "pi_",
            status="succeeded",
            amount=total,
            currency=session["currency"],
            metadata=session["intent_data"].get("metadata", {}),
        )
        charge = self._keep(
            "charge",
            "ch_",
            amount=total,
            amount_refunded=0,
            disputed=False,
            currency=session["currency"],
            payment_intent=intent["id"],
            balance_transaction=None,
        )
        intent["latest_charge"] = charge["id"]
        session.update(status="complete", payment_status="paid", payment_intent=intent["id"])
        moved = self._move("charge", charge, total, fee=total * FEE_PERCENT // 100)
        charge["balance_transaction"] = None if self.is_fee_late else moved["id"]
        self._tell("checkout.session.completed", session)
        self._tell("charge.succeeded", charge)
        return charge

    def decline(self, session_id: str) -> None:
        """The buyer's bank says no; the page stays open for another card."""
        session = self.get(session_id)
        intent = self._keep("payment_intent", "pi_", status="requires_payment_method", amount=session["amount_total"])
        self._tell("payment_intent.payment_failed", intent)

    def tell_fee(self, charge_id: str) -> None:
        """A fee that was not known at first is known now."""
        charge = self.get(charge_id)
        charge["balance_transaction"] = next(one["id"] for one in self.transactions if one["source"] == charge_id)
        self._tell("charge.updated", charge)

    def fail_refund(self, refund_id: str) -> None:
        """The buyer's bank sends a refund back."""
        refund = self.get(refund_id)
        refund.update(status="failed", failure_reason="lost_or_stolen_card")
        self.get(refund["charge"])["amount_refunded"] -= refund["amount"]
        self._move("refund_failure", refund, refund["amount"], fee=0)
        self._tell("refund.failed", refund)

    def finish_refund(self, refund_id: str) -> None:
        """The buyer's bank takes a refund that was under way."""
        refund = self.get(refund_id)
        refund["status"] = "succeeded"
        self._tell("refund.updated", refund)

    def open_dispute(self, charge_id: str, *, amount: int | None = None, fee: int = 2_000_000) -> Json:
        """The buyer's bank takes a charge back for now."""
        dispute = self._dispute(charge_id, amount=amount, status="needs_response")
        self._tell("charge.dispute.created", dispute)
        self._hold(dispute, fee=fee)
        return dispute

    def ask_about(self, charge_id: str) -> Json:
        """The buyer's bank asks about a charge; no money moves."""
        dispute = self._dispute(charge_id, amount=None, status="warning_needs_response")
        self._tell("charge.dispute.created", dispute)
        return dispute

    def end_asking(self, dispute_id: str) -> None:
        """The bank is content with the answer, or lets the matter rest."""
        dispute = self.get(dispute_id)
        dispute["status"] = "warning_closed"
        self._tell("charge.dispute.closed", dispute)

    def take_after_asking(self, dispute_id: str, *, fee: int = 2_000_000) -> None:
        """The bank is not content and takes the charge back."""
        dispute = self.get(dispute_id)
        dispute["status"] = "needs_response"
        self._hold(dispute, fee=fee)

    def _dispute(self, charge_id: str, *, amount: int | None, status: str) -> Json:
        charge = self.get(charge_id)
        left = charge["amount"] - charge["amount_refunded"]
        assert (amount or left) <= left
        return self._keep(
            "dispute",
            "du_",
            amount=amount or left,
            currency=charge["currency"],
            charge=charge_id,
            payment_intent=charge["payment_intent"],
            status=status,
            reason="product_not_received",
            evidence_details={"due_by": int(self.now()) + 7 * 86_400},
            balance_transactions=[],
        )

    def _hold(self, dispute: Json, *, fee: int) -> None:
        self.get(dispute["charge"])["disputed"] = True
        dispute["balance_transactions"].append(self._move("adjustment", dispute, -dispute["amount"], fee=fee))
        self._tell("charge.dispute.funds_withdrawn", dispute)

    def close_dispute(self, dispute_id: str, *, is_won: bool) -> None:
        """The bank decides."""
        dispute = self.get(dispute_id)
        dispute["status"] = "won" if is_won else "lost"
        if is_won:
            self.get(dispute["charge"])["disputed"] = False
            dispute["balance_transactions"].append(self._move("adjustment", dispute, dispute["amount"], fee=0))
        self._tell("charge.dispute.closed", dispute)

    def correct(self, charge_id: str, amount: int) -> None:
        """Stripe corrects what a charge brought, and sends no event."""
        self._move("adjustment", self.get(charge_id), amount, fee=0)

    def take_fee(self, amount: int) -> Json:
        """Stripe takes a fee that is no payment's."""
        fee = self._keep("fee", "fee_", currency=self.currency)
        return self._move("stripe_fee", fee, -amount, fee=0)

    def pay_out(self) -> Json:
        """Send all there is to the bank."""
        return self._pay_out()

    def _pay_out(self, account_id: str = "") -> Json:
        parts = [one for one in self._moved(account_id) if one["payout"] is None]
        payout = self._keep(
            "payout",
            "po_",
            amount=sum(one["net"] for one in parts),
            currency="idr",
            status="paid",
            arrival_date=int(self.now()),
            of_account=account_id,
        )
        for one in parts:
            one["payout"] = payout["id"]
        self._move("payout", payout, -payout["amount"], fee=0, account_id=account_id)["payout"] = payout["id"]
        self._tell("payout.paid", payout, account_id=account_id)
        return payout

    def fail_payout(self, payout_id: str) -> None:
        """The bank sends a payout back."""
        payout = self.get(payout_id)
        payout["status"], account_id = "failed", payout["of_account"]
        self._move("payout_failure", payout, payout["amount"], fee=0, account_id=account_id)
        if account_id:
            self.get(account_id)["held"] += payout["amount"]
        self._tell("payout.failed", payout, account_id=account_id)

    @property
    def balance(self) -> int:
        """What the account holds, in sen."""
        return sum(one["net"] for one in self.transactions)

    def balance_of(self, account_id: str) -> int:
        """What a connected account got of us and has not been paid out, in sen."""
        return sum(one["net"] for one in self.moved_at.get(account_id, []))

    def _moved(self, account_id: str) -> list[Json]:
        return self.moved_at.setdefault(account_id, []) if account_id else self.transactions

    def check(self) -> None:
        """No page is paid twice, nothing is refunded or sent beyond what came, every call was answered once."""
        for charge in self.of("charge"):
            refunded = sum(
                one["amount"]
                for one in self.of("refund")
                if one["charge"] == charge["id"] and one["status"] != "failed"
            )
            assert refunded == charge["amount_refunded"] <= charge["amount"]
        for transfer in self.of("transfer"):
            assert 0 <= transfer["amount_reversed"] <= transfer["amount"]
        assert not self.under_way

    def _keep(self, kind: str, prefix: str, **facts: Any) -> Json:
        made = {
            "id": f"{prefix}{self._next_number():08d}",
            "object": kind,
            "livemode": self.is_live,
            "created": int(self.now()),
            **facts,
        }
        if kind == "checkout.session":
            made["url"] += made["id"]
        self.objects[made["id"]] = made
        return made

    def _next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _move(self, kind: str, source: Json, amount: int, *, fee: int, account_id: str = "") -> Json:
        moved = self._keep(
            "balance_transaction",
            "txn_",
            type=kind,
            source=source["id"],
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency=source["currency"],
            payout=None,
            of_account=account_id,
        )
        self._moved(account_id).append(moved)
        return moved

    def _tell(self, kind: str, about: Json, *, account_id: str = "") -> None:
        number = self._next_number()
        self.events.append(
            {
                "id": f"evt_{number:08d}",
                "object": "event",
                "type": kind,
                "created": int(self.now()),
                "livemode": self.is_live,
                # As Stripe does: the whole object as it was then. Nobody should believe it.
                "data": {"object": msgspec.json.decode(msgspec.json.encode(about))},
                **({"account": account_id} if account_id else {}),
            }
        )
