"""What we send and believe, judged by programs that are not ours."""

import asyncio
import os
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from payments.stripe import BadSignature, StripeApi, StripeRefused, StripeSettings, read_event
from payments.stripe.amounts import WrongAmount
from tests.witness_presence import find_witness


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, *, directory: Path) -> Iterator[str]:
    """Run a program until the test is over; its address, once it answers."""
    process = subprocess.Popen(
        command,
        cwd=directory,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(directory)},
    )
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def api_at(address: str) -> StripeApi:
    return StripeApi(
        StripeSettings(secret_key="sk_test_12345678", webhook_secrets=("whsec_12345678",), api_base=address)
    )


@pytest.fixture
async def mock(tmp_path: Path) -> AsyncIterator[StripeApi]:
    """Our client, before stripe-mock: it refuses parameters that Stripe's description of its API does not have."""
    port, program = free_port(), find_witness("stripe_mock")
    assert program is not None
    with running([program, "-http-addr", f"127.0.0.1:{port}"], port, directory=tmp_path) as address:
        api = api_at(address)
        yield api
        await api.close()


# As `start_card` writes it down.
PAGE: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {
            "price_data": {"currency": "idr", "unit_amount": 9_500_000, "product_data": {"name": "Lumbung CF3K-GCVP"}},
            "quantity": 1,
        }
    ],
    "client_reference_id": "1",
    "metadata": {"lumbung_key": "order:1:key"},
    "payment_intent_data": {
        "description": "Lumbung CF3K-GCVP",
        "metadata": {"lumbung_key": "order:1:key"},
        "transfer_group": "payment:1",
    },
    "success_url": "http://127.0.0.1:8000/pesanan/x/bayar/1",
    "cancel_url": "http://127.0.0.1:8000/pesanan/x/bayar/1",
    "expires_at": 1_795_000_000,
}

# As `want_account` writes it down.
ACCOUNT: dict[str, Any] = {
    "country": "ID",
    "capabilities": {"transfers": {"requested": True}},
    "controller": {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    },
    "metadata": {"owner": "organisation:1"},
}


@pytest.mark.stripe_mock
async def test_every_call_has_the_shape_that_stripe_describes(mock: StripeApi) -> None:
    page = await mock.create_page(PAGE, key="checkout:1:1")
    assert page.page_id.startswith("cs_test_")
    await mock.expire_page(page.page_id, key="expire:1:1")
    await mock.fetch_page(page.page_id)
    await mock.fetch_charge("ch_1")
    await mock.fetch_account("acct_1234")
    assert await mock.fetch_own_currency()
    transfer = {
        "amount": 2_400_000,
        "currency": "idr",
        "destination": "acct_1234",
        "source_transaction": "ch_1",
        "transfer_group": "payment:1",
        "metadata": {"owner": "organisation:1"},
    }
    sent = await mock.create_transfer(transfer, key="transfer:1:1")
    assert sent.arrived_as, "what it is called on the account it went to"
    back = {"amount": 100, "metadata": {"lumbung_key": "reversal:1:1-1"}}
    assert await mock.reverse_transfer(sent.transfer_id, back, key="reversal:1:1-1")
    assert await mock.find_reversal(sent.transfer_id, back) is None
    account = await mock.create_account(ACCOUNT, key="account:organisation:1:1")
    assert account.account_id.startswith("acct_")
    address = await mock.create_account_link(account.account_id, again="https://a.test/isi", back="https://a.test")
    assert address.startswith("https://")
    assert await mock.find_transfer({**transfer, "transfer_group": "settlement:1:1:1"})
    assert await mock.find_refund({"charge": "ch_1", "metadata": {"lumbung_key": "r"}}) is None
    movements, _ = await mock.list_movements(since=datetime(2026, 11, 24, tzinfo=UTC), after="txn_1")
    assert movements[0].movement_id.startswith("txn_")
    since = datetime(2026, 11, 24, tzinfo=UTC)
    assert (await mock.list_movements(since=since, after=None, account_id="acct_1234"))[0]
    # stripe-mock answers with fixed objects in dollars, which we rightly refuse to read; the request passed.
    refund = {"charge": "ch_1", "amount": 100, "metadata": {"lumbung_key": "r"}}
    calls: list[Callable[[], Any]] = [
        lambda: mock.create_refund(refund, key="refund:1:1"),
        lambda: mock.fetch_refund("re_1"),
        lambda: mock.fetch_dispute("du_1"),
        lambda: mock.fetch_payout("po_1"),
        lambda: mock.fetch_payout("po_1", account_id="acct_1234"),
        lambda: mock.fetch_transfer("tr_1"),
    ]
    for call in calls:
        with pytest.raises(WrongAmount):
            await call()


@pytest.mark.stripe_mock
async def test_witness_refuses_a_parameter_that_stripe_does_not_know(mock: StripeApi) -> None:
    with pytest.raises(StripeRefused):
        await mock.create_page({**PAGE, "amount_rupiah": 95_000}, key="checkout:1:2")


@pytest.mark.localstripe
async def test_stand_in_by_others_refunds_and_signs_as_we_believe(tmp_path: Path) -> None:
    port, program, came = free_port(), find_witness("localstripe"), asyncio.Queue[tuple[bytes, str]]()
    assert program is not None

    async def take(request: web.Request) -> web.Response:
        await came.put((await request.read(), request.headers["Stripe-Signature"]))
        return web.Response()

    inbox = web.Application()
    inbox.router.add_post("/webhooks/stripe", take)
    runner = web.AppRunner(inbox, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with running([program, "--port", str(port), "--from-scratch"], port, directory=tmp_path) as address:
        api = api_at(address)
        async with httpx.AsyncClient(base_url=address, auth=("sk_test_12345678", "")) as shop:
            told = {"url": f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/stripe", "secret": "whsec_12345678"}
            assert (await shop.post("/_config/webhooks/inbox", data=told)).status_code == 200
            card = {
                "type": "card",
                "card[number]": "4242424242424242",
                "card[exp_month]": "12",
                "card[exp_year]": str(time.gmtime().tm_year + 1),
                "card[cvc]": "123",
            }
            method = (await shop.post("/v1/payment_methods", data=card)).json()
            bought = {"amount": "9500000", "currency": "idr", "payment_method": method["id"], "confirm": "true"}
            intent = (await shop.post("/v1/payment_intents", data=bought)).json()
            assert intent["status"] == "succeeded", intent
            charge_id = intent["charges"]["data"][0]["id"]
        fact = await api.create_refund(
            {"charge": charge_id, "amount": 1_500_000, "metadata": {"lumbung_key": "refund-1"}}, key="refund:1:1"
        )
        assert (fact.state, fact.amount.rupiah, fact.charge_id) == ("succeeded", 15_000, charge_id)
        again = await api.fetch_refund(fact.refund_id)
        assert (again.amount.rupiah, again.refund_key) == (15_000, "refund-1")
        body, header = await asyncio.wait_for(came.get(), timeout=20)
        await api.close()
    await runner.cleanup()
    event = read_event(body, header, secrets=("whsec_12345678",), now_seconds=int(time.time()))
    assert event.id.startswith("evt_")
    with pytest.raises(BadSignature):
        read_event(body, header, secrets=("whsec_87654321",), now_seconds=int(time.time()))
