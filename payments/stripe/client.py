"""Calls to Stripe over the network: each answers with a fact of ours or one of three refusals.

`import stripe` costs a quarter of a second and is done at the first call. The SDK's own retries are off: a call that
got no answer stays in `gateway_call` and is made again by the worker, with the same key.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, cast

from payments.stripe.errors import StripeKeyRefused, StripeNotFound, StripeRefused, StripeUnavailable
from payments.stripe.facts import (
    KEY_NAME,
    AccountFact,
    ChargeFee,
    DisputeFact,
    HostedPage,
    Movement,
    PayoutFact,
    RefundFact,
    SentTransfer,
    TransferFact,
    account_fact_of,
    charge_fee_of,
    dispute_fact_of,
    failed_payouts_of,
    movement_of,
    page_of,
    payout_fact_of,
    refund_fact_of,
    sent_transfer_of,
    transfer_fact_of,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    import stripe
    from stripe import RequestOptions
    from stripe.params import (
        AccountCreateParams,
        AccountLinkCreateParams,
        BalanceTransactionListParams,
        RefundCreateParams,
        RefundListParams,
        TransferCreateParams,
        TransferListParams,
        TransferReversalCreateParams,
        TransferReversalListParams,
    )
    from stripe.params.checkout import SessionCreateParams

    from payments.stripe.settings import StripeSettings

_PAGE_EXPANDS: Final[list[str]] = ["payment_intent.latest_charge.balance_transaction"]
_TOO_MANY: Final = 429
_FIRST_SERVER_ERROR: Final = 500
_MOST_ENTRIES: Final = 10_000


class StripeApi:
    """One Stripe account, as this process reaches it. Bound to the event loop of its first call; close it there."""

    def __init__(self, settings: StripeSettings) -> None:
        """Keep the settings; nothing is imported or opened yet."""
        self.settings = settings
        self._client: stripe.StripeClient | None = None
        self._http: Any = None

    async def close(self) -> None:
        """Close connections that were opened."""
        if self._http is not None:
            http, self._http, self._client = self._http, None, None
            await http.close_async()

    async def create_page(self, parameters: Mapping[str, Any], *, key: str) -> HostedPage:
        """Create a Checkout Session. Raises StripeUnavailable, StripeRefused, StripeKeyRefused."""
        client, input_ = self._open(), cast("SessionCreateParams", parameters)
        return page_of(
            await _answered(lambda: client.v1.checkout.sessions.create_async(input_, {"idempotency_key": key}))
        )

    async def expire_page(self, page_id: str, *, key: str) -> HostedPage:
        """Let nobody pay on a page any more. StripeRefused where it was paid or has ended: then look at it."""
        client = self._open()
        return page_of(
            await _answered(lambda: client.v1.checkout.sessions.expire_async(page_id, None, {"idempotency_key": key}))
        )

    async def fetch_page(self, page_id: str) -> HostedPage:
        """Read a Checkout Session with its payment."""
        client = self._open()
        return page_of(
            await _answered(lambda: client.v1.checkout.sessions.retrieve_async(page_id, {"expand": _PAGE_EXPANDS}))
        )

    async def fetch_charge(self, charge_id: str) -> ChargeFee:
        """Read what a charge cost."""
        client = self._open()
        return charge_fee_of(
            await _answered(lambda: client.v1.charges.retrieve_async(charge_id, {"expand": ["balance_transaction"]}))
        )

    async def create_refund(self, parameters: Mapping[str, Any], *, key: str) -> RefundFact:
        """Ask for a refund."""
        client, input_ = self._open(), cast("RefundCreateParams", parameters)
        return refund_fact_of(await _answered(lambda: client.v1.refunds.create_async(input_, {"idempotency_key": key})))

    async def find_refund(self, parameters: Mapping[str, Any]) -> RefundFact | None:
        """Look whether a refund that was asked for so was made. For a call whose answer never came."""
        client, key = self._open(), parameters["metadata"][KEY_NAME]
        question: RefundListParams = {"charge": parameters["charge"], "limit": 100, "expand": ["data.payment_intent"]}
        for refund in await _listed(client.v1.refunds.list_async, question):
            if (refund.get("metadata") or {}).get(KEY_NAME) == key:
                return refund_fact_of(refund)
        return None

    async def fetch_refund(self, refund_id: str) -> RefundFact:
        """Read a refund."""
        client = self._open()
        return refund_fact_of(
            await _answered(lambda: client.v1.refunds.retrieve_async(refund_id, {"expand": ["payment_intent"]}))
        )

    async def fetch_dispute(self, dispute_id: str) -> DisputeFact:
        """Read a dispute."""
        client = self._open()
        return dispute_fact_of(
            await _answered(lambda: client.v1.disputes.retrieve_async(dispute_id, {"expand": ["payment_intent"]}))
        )

    async def fetch_payout(self, payout_id: str, *, account_id: str = "") -> PayoutFact:
        """Read a payout and all that is in it; of an earlier one that failed and is in it again, what was in that.

        With `account_id` it is one of that connected account.
        """
        client, options = self._open(), _as_account(account_id)
        payout = await _answered(lambda: client.v1.payouts.retrieve_async(payout_id, None, options))
        parts: list[Any] = []
        payouts = [payout_id]
        for one in payouts:
            found = await self._list_parts(one, options)
            parts += found
            payouts += [again for again in failed_payouts_of(found) if again not in payouts]
        return payout_fact_of(payout, parts)

    async def _list_parts(self, payout_id: str, options: RequestOptions) -> list[Any]:
        """Read the movements in a payout, page by page."""
        client = self._open()
        question: BalanceTransactionListParams = {"payout": payout_id, "limit": 100, "expand": ["data.source"]}
        return await _listed(
            lambda page: client.v1.balance_transactions.list_async(cast("BalanceTransactionListParams", page), options),
            question,
        )

    async def list_movements(
        self, *, since: datetime, after: str | None, account_id: str = ""
    ) -> tuple[list[Movement], bool]:
        """Read up to a hundred movements of the balance, the newest first, and whether there are more after the last.

        `after` goes on behind a movement seen before. With `account_id` it is the balance of that connected account.
        """
        client = self._open()
        question: BalanceTransactionListParams = {
            "created": {"gte": int(since.timestamp())},
            "limit": 100,
            "expand": ["data.source"],
        }
        if after is not None:
            question["starting_after"] = after
        options = _as_account(account_id)
        found = await _answered(lambda: client.v1.balance_transactions.list_async(question, options))
        return [movement_of(entry) for entry in found["data"]], bool(found["has_more"])

    async def create_transfer(self, parameters: Mapping[str, Any], *, key: str) -> SentTransfer:
        """Send part of a payment to a connected account."""
        client, input_ = self._open(), cast("TransferCreateParams", parameters)
        return sent_transfer_of(
            await _answered(lambda: client.v1.transfers.create_async(input_, {"idempotency_key": key}))
        )

    async def reverse_transfer(self, transfer_id: str, parameters: Mapping[str, Any], *, key: str) -> str:
        """Take part of a transfer back; the reversal's id."""
        client, input_ = self._open(), cast("TransferReversalCreateParams", parameters)
        taken = await _answered(
            lambda: client.v1.transfers.reversals.create_async(transfer_id, input_, {"idempotency_key": key})
        )
        return str(taken["id"])

    async def find_reversal(self, transfer_id: str, parameters: Mapping[str, Any]) -> str | None:
        """Look whether part of a transfer that was asked for so was taken back; the reversal's id."""
        client, key = self._open(), parameters["metadata"][KEY_NAME]
        question: TransferReversalListParams = {"limit": 100}
        listing = functools.partial(client.v1.transfers.reversals.list_async, transfer_id)
        for reversal in await _listed(listing, question):
            if (reversal.get("metadata") or {}).get(KEY_NAME) == key:
                return str(reversal["id"])
        return None

    async def fetch_transfer(self, transfer_id: str) -> TransferFact:
        """Read a transfer."""
        client = self._open()
        return transfer_fact_of(await _answered(lambda: client.v1.transfers.retrieve_async(transfer_id)))

    async def find_transfer(self, parameters: Mapping[str, Any]) -> SentTransfer | None:
        """Look whether a transfer was made, by its group, destination and our key. For a call whose answer never came.

        One account may get several of a group: a share and a cooperative's own part, or that part once more.
        """
        client, key = self._open(), parameters["metadata"].get("lumbung_key")
        question: TransferListParams = {
            "transfer_group": parameters["transfer_group"],
            "destination": parameters["destination"],
            "limit": 100,
        }
        found = await _answered(lambda: client.v1.transfers.list_async(question))
        ours = (one for one in found["data"] if (one.get("metadata") or {}).get("lumbung_key") == key)
        return next((sent_transfer_of(one) for one in ours), None)

    async def fetch_account(self, account_id: str) -> AccountFact:
        """Read whether a connected account may be sent transfers."""
        client = self._open()
        return account_fact_of(await _answered(lambda: client.v1.accounts.retrieve_async(account_id)))

    async def create_account(self, parameters: Mapping[str, Any], *, key: str) -> AccountFact:
        """Make an account that its owner fills in at Stripe."""
        client, input_ = self._open(), cast("AccountCreateParams", parameters)
        return account_fact_of(
            await _answered(lambda: client.v1.accounts.create_async(input_, {"idempotency_key": key}))
        )

    async def create_account_link(self, account_id: str, *, again: str, back: str) -> str:
        """Make the address where an account's owner fills it in: good once, for a few minutes.

        `again` is where Stripe sends whoever comes with a used one, `back` whoever leaves.
        """
        client = self._open()
        input_: AccountLinkCreateParams = {
            "account": account_id,
            "refresh_url": again,
            "return_url": back,
            "type": "account_onboarding",
        }
        return str((await _answered(lambda: client.v1.account_links.create_async(input_)))["url"])

    async def fetch_own_currency(self) -> str:
        """Read the currency this account is paid out in; the cheapest proof that the key works."""
        client = self._open()
        balance = await _answered(client.v1.balance.retrieve_async)
        return ",".join(sorted({str(entry["currency"]) for entry in balance["available"]}))

    def _open(self) -> stripe.StripeClient:
        if self._client is None:
            import aiohttp  # noqa: PLC0415 - as the next
            import stripe  # noqa: PLC0415 - costs a quarter of a second, see above

            self._http = stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=self.settings.timeout_seconds))
            self._client = stripe.StripeClient(
                self.settings.secret_key,
                http_client=self._http,
                max_network_retries=0,
                base_addresses={"api": self.settings.api_base} if self.settings.api_base else {},
            )
        return self._client


async def _listed(listing: Callable[[Any], Awaitable[Any]], question: Mapping[str, Any]) -> list[Any]:
    """Read a list page by page."""
    entries: list[Any] = []
    while len(entries) < _MOST_ENTRIES:
        page = {**question, "starting_after": entries[-1]["id"]} if entries else question
        found = await _answered(functools.partial(listing, page))
        entries += found["data"]
        if not found["has_more"]:
            break
    return entries


def _as_account(account_id: str) -> RequestOptions:
    return {"stripe_account": account_id} if account_id else {}


async def _answered(call: Callable[[], Awaitable[Any]]) -> Any:
    """Make a call and sort its failures. Text of Stripe's goes into `reason`, never to buyers."""
    import aiohttp  # noqa: PLC0415 - as above
    import stripe  # noqa: PLC0415 - as above

    try:
        return (await call()).to_dict()
    except (TimeoutError, stripe.APIConnectionError, aiohttp.ClientError, OSError, ValueError) as error:
        raise StripeUnavailable(reason=type(error).__name__) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise StripeKeyRefused(reason=_reason(error)) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        # 409: a call with this key is under way at Stripe.
        if status in (0, 409, _TOO_MANY) or status >= _FIRST_SERVER_ERROR:
            raise StripeUnavailable(reason=f"{status} {_reason(error)}") from error
        if error.code == "resource_missing":
            raise StripeNotFound(reason=_reason(error)) from error
        raise StripeRefused(reason=_reason(error)) from error


def _reason(error: stripe.StripeError) -> str:
    return f"{error.code or type(error).__name__}: {error.user_message or ''}"[:200]
