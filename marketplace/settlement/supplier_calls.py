"""Makes the calls to Stripe that are about suppliers: transfers that pay them, accounts that they asked for.

As `orders.gateway_calls`: claim in one transaction, call in none, keep the answer in another; whoever dies in between
leaves a call that is made again, with the same key.
"""

import contextlib
from typing import Final

import structlog

from marketplace import clock, database
from marketplace.orders import configured_stripe, stripe_in_use
from marketplace.settlement.receive_by_stripe import open_account
from marketplace.settlement.send_entry import keep_not_sent, keep_sent
from payments.stripe import (
    KEY_LIFETIME,
    NOT_DONE,
    PROVIDER,
    Call,
    StripeKeyRefused,
    StripeRefused,
    StripeUnavailable,
    claim_calls,
    defer_call,
    done_once,
    end_call,
)

log = structlog.get_logger()

BATCH: Final = 20
_PURPOSES: Final = ("supplier_transfer", "account")
# What Stripe's codes mean to those who pay.
_FAILURES: Final = {
    "insufficient_capabilities_for_transfer": "Akun Stripe pemasok belum boleh menerima transfer.",
    "balance_insufficient": "Saldo di Stripe belum cukup atau belum tersedia.",
    "resource_missing": "Stripe tidak mengenal akun pemasok ini.",
    NOT_DONE: "Stripe tidak menjawab selama sehari; transfer ini tidak terkirim.",
}
_OTHER_FAILURE: Final = "Stripe menolak transfer ini."


async def make_supplier_calls() -> int:
    """Make the calls that are due; return how many were tried. For the worker; several may run."""
    if configured_stripe() is None:
        return 0
    for made in range(BATCH):
        async with database.transaction() as connection:
            calls = await claim_calls(connection, provider=PROVIDER, purposes=_PURPOSES, now=clock.now(), limit=1)
        if not calls:
            return made
        await _make(calls[0])
    return BATCH


async def _make(call: Call) -> None:
    try:
        if call.purpose == "account":
            await _make_account(call)
        else:
            await _send(call)
    except (StripeUnavailable, StripeKeyRefused) as error:
        log.warning("supplier_call_failed", key=call.key, attempts=call.attempts, reason=str(error))
        await _put_off(call, outcome=str(error))
    except Exception as error:
        # Whatever it is, it is this call's: the others go on.
        log.exception("supplier_call_broke", key=call.key, attempts=call.attempts)
        await _put_off(call, outcome=f"broke: {type(error).__name__}")


async def _make_account(call: Call) -> None:
    if clock.now() - call.made_at >= KEY_LIFETIME:
        # Asked for again it begins anew: an account that nobody knows of holds nothing.
        await _end(call, state="given_up", outcome="no answer within a day")
        return
    with contextlib.suppress(StripeRefused):
        await open_account(call)


async def _send(call: Call) -> None:
    transfer_id, parameters = call.input["transfer_row_id"], call.input["parameters"]
    stripe = stripe_in_use()
    try:
        sent = await done_once(
            call,
            now=clock.now(),
            make=lambda: stripe.create_transfer(parameters, key=call.key),
            find=lambda: stripe.find_transfer(parameters),
        )
    except StripeRefused as error:
        log.warning("supplier_transfer_refused", key=call.key, reason=str(error))
        await _failed(call, transfer_id=transfer_id, failure=_told(error), outcome=str(error))
        return
    outcome = await keep_sent(transfer_id=transfer_id, gateway_id=sent.transfer_id)
    await _end(call, state="done", outcome=outcome)


def _told(error: StripeRefused) -> str:
    code = str(error.params.get("reason", "")).partition(":")[0]
    return _FAILURES.get(code, _OTHER_FAILURE)


@database.retry_on_conflict
async def _failed(call: Call, *, transfer_id: int, failure: str, outcome: str) -> None:
    async with database.transaction() as connection:
        await keep_not_sent(connection, transfer_id=transfer_id, failure=failure)
        await end_call(connection, call=call, state="refused", outcome=outcome)


@database.retry_on_conflict
async def _put_off(call: Call, *, outcome: str) -> None:
    async with database.transaction() as connection:
        await defer_call(connection, call=call, now=clock.now(), outcome=outcome)


@database.retry_on_conflict
async def _end(call: Call, *, state: str, outcome: str) -> None:
    async with database.transaction() as connection:
        await end_call(connection, call=call, state=state, outcome=outcome)
