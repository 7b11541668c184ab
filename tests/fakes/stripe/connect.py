"""Connected accounts of the fake, and transfers to them."""

from typing import Any, Protocol

from tests.fakes.stripe.words import Json, Refusal


def page_of(found: list[Json], given: Json) -> Json:
    """A page of a list, the newest first; two at a time, so that who stops there is seen."""
    newest = list(reversed(found))
    start = [one["id"] for one in newest].index(given["starting_after"]) + 1 if "starting_after" in given else 0
    return {"object": "list", "data": newest[start : start + 2], "has_more": len(newest) > start + 2}


class Account(Protocol):
    """What `Connect` needs of the account that it is part of."""

    pages_at: str
    objects: dict[str, Json]

    @property
    def balance(self) -> int: ...
    def get(self, object_id: str) -> Json: ...
    def of(self, kind: str) -> list[Json]: ...
    def set_capability(self, account_id: str, transfers: str) -> None: ...
    def _keep(self, kind: str, prefix: str, **facts: Any) -> Json: ...
    def _move(self, kind: str, source: Json, amount: int, *, fee: int, account_id: str = "") -> Json: ...
    def _tell(self, kind: str, about: Json, *, account_id: str = "") -> None: ...
    def _pay_out(self, account_id: str = "") -> Json: ...


class Connect:
    """What Connect does; part of `FakeStripe`."""

    def create_transfer(self: Account, given: Json) -> Json:
        """POST /v1/transfers: out of one charge, or out of what is there."""
        account = self.get(given["destination"])
        if account["capabilities"]["transfers"] != "active":
            raise Refusal(
                saying="the destination may not receive transfers", code="insufficient_capabilities_for_transfer"
            )
        charge_id = given.get("source_transaction")
        left = self.balance
        if charge_id is not None:
            sent = sum(one["amount"] for one in self.of("transfer") if one["source_transaction"] == charge_id)
            left = self.get(charge_id)["amount"] - sent
        if int(given["amount"]) > left:
            raise Refusal(saying="more than there is", code="balance_insufficient")
        transfer = self._keep(
            "transfer",
            "tr_",
            amount=int(given["amount"]),
            amount_reversed=0,
            currency=given["currency"],
            destination=account["id"],
            source_transaction=charge_id,
            transfer_group=given.get("transfer_group"),
            metadata=given.get("metadata", {}),
        )
        account["held"] += transfer["amount"]
        self._move("transfer", transfer, -transfer["amount"], fee=0)
        facts: Json = {"amount": transfer["amount"], "currency": "idr", "of_account": account["id"]}
        arrived = self._keep("charge", "py_", source_transfer=transfer["id"], **facts)
        self._move("payment", arrived, arrived["amount"], fee=0, account_id=account["id"])
        transfer["destination_payment"] = arrived["id"]
        return transfer

    def reverse_transfer(self: Account, transfer_id: str, given: Json) -> Json:
        """POST /v1/transfers/{id}/reversals."""
        transfer, amount = self.get(transfer_id), int(given["amount"])
        account = self.get(transfer["destination"])
        if amount > transfer["amount"] - transfer["amount_reversed"]:
            raise Refusal(saying="more than is left of the transfer")
        if amount > account["held"]:
            raise Refusal(saying="the account's balance is too low", code="balance_insufficient")
        transfer["amount_reversed"] += amount
        account["held"] -= amount
        reversal = self._keep(
            "transfer_reversal",
            "trr_",
            amount=amount,
            currency="idr",
            transfer=transfer_id,
            metadata=given.get("metadata", {}),
        )
        self._move("transfer_refund", reversal, amount, fee=0)
        facts: Json = {"amount": amount, "currency": "idr", "of_account": account["id"]}
        left = self._keep("refund", "pyr_", charge=transfer["destination_payment"], **facts)
        self._move("payment_refund", left, -amount, fee=0, account_id=account["id"])
        self._tell("transfer.reversed", transfer)
        return reversal

    def create_account(self: Account, given: Json) -> Json:
        """POST /v1/accounts: an account that its owner has yet to fill in."""
        if given["controller"]["stripe_dashboard"]["type"] not in ("express", "none"):
            raise Refusal(saying="transfers need an account that the platform controls")
        return self._keep(
            "account",
            "acct_fake",
            capabilities={"transfers": "inactive"},
            details_submitted=False,
            requirements={"currently_due": ["individual.first_name"], "past_due": []},
            country=given.get("country"),
            metadata=given.get("metadata", {}),
            held=0,
        )

    def create_account_link(self: Account, given: Json) -> Json:
        """POST /v1/account_links: the address where an account's owner fills it in, once."""
        account = self.get(given["account"])
        made = self._keep("account_link", "link_", account=account["id"], refresh_url=given["refresh_url"])
        made.update(return_url=given["return_url"], url=f"{self.pages_at}/setup/{made['id']}")
        return made

    def list_transfers(self: Account, given: Json) -> Json:
        """GET /v1/transfers of a group to a destination."""
        names = ("transfer_group", "destination")
        found = [one for one in self.of("transfer") if all(one[name] == given[name] for name in names)]
        return {"object": "list", "data": found[: int(given["limit"])], "has_more": False}

    def list_reversals(self: Account, transfer_id: str, given: Json) -> Json:
        """GET /v1/transfers/{id}/reversals."""
        return page_of([one for one in self.of("transfer_reversal") if one["transfer"] == transfer_id], given)

    def make_account(self: Account, *, transfers: str = "active", held: int = 0) -> Json:
        """A connected account."""
        return self._keep("account", "acct_fake", capabilities={"transfers": transfers}, held=held)

    def onboard(self: Account, account_id: str, *, is_active: bool = True) -> None:
        """An account's owner fills it in; Stripe lets it receive, or wants to see more."""
        account = self.get(account_id)
        account["details_submitted"] = True
        account["requirements"]["currently_due"] = [] if is_active else ["individual.verification.document"]
        self.set_capability(account_id, "active" if is_active else "pending")

    def set_capability(self: Account, account_id: str, transfers: str) -> None:
        """Stripe gives or withdraws the right to be sent transfers."""
        account = self.get(account_id)
        account["capabilities"]["transfers"] = transfers
        self._tell("account.updated", account, account_id=account_id)

    def forget_account(self: Account, account_id: str) -> None:
        """An account's owner leaves the platform: it can be asked of no more."""
        del self.objects[account_id]

    def pay_out_of(self: Account, account_id: str) -> Json:
        """Send all there is of a connected account to its owner's bank."""
        payout = self._pay_out(account_id)
        self.get(account_id)["held"] -= payout["amount"]
        return payout
