"""`lumbung stripe` as a program: what it prints and how it ends."""

import asyncio
import os
import sys

from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back
from tests.orders.cards.test_stuck_calls import give_up


async def _stripe(cards: Cards, database_url: str, address: str, *arguments: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from marketplace.cli import main; main()",
        "stripe",
        *arguments,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "LUMBUNG_STRIPE_KEY": cards.account.secret_key,
            "STRIPE_API_BASE": address,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_operator_connects_a_seller_and_lets_a_store_share(
    cards: Cards, database_url: str, stripe_address: str
) -> None:
    account = cards.account.make_account(transfers="pending")
    told = await _stripe(cards, database_url, stripe_address, "connect", "7", account["id"])
    assert told == (0, "connected; may not be sent transfers yet\n")
    account["capabilities"]["transfers"] = "active"
    told = await _stripe(cards, database_url, stripe_address, "connect", "7", account["id"])
    assert told == (0, "connected; may be sent transfers\n")
    row = await cards.row("SELECT owner, account_id, may_receive FROM stripe_account")
    assert tuple(row) == ("organisation:7", account["id"], True)
    code, said = await _stripe(cards, database_url, stripe_address, "connect", "7", "acct_nobody")
    assert (code, said) == (1, "Error: Stripe tidak mengenal akun ini.\n")

    told = await _stripe(cards, database_url, stripe_address, "share", str(cards.shop.store_id), "split")
    assert told == (0, f"store {cards.shop.store_id}: split\n")
    assert (await cards.row("SELECT sharing FROM stripe_store"))["sharing"] == "split"
    code, said = await _stripe(cards, database_url, stripe_address, "share", "999999", "split")
    assert (code, said) == (1, "Error: Gerai ini belum menerima kartu.\n")


async def test_operator_lists_and_resolves_what_got_stuck(cards: Cards, database_url: str, stripe_address: str) -> None:
    order, _, _ = await cards.paid()
    assert await _stripe(cards, database_url, stripe_address, "stuck") == (0, "0 to look at\n")
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, times=9))
    await give_back(cards, order)
    await cards.work()
    key = await give_up(cards, "refund")
    code, said = await _stripe(cards, database_url, stripe_address, "stuck")
    assert code == 0
    assert f"{key}  given_up since " in said
    assert f"store {cards.shop.store_id}, order {order['code']}, 95000 rupiah" in said
    code, said = await _stripe(cards, database_url, stripe_address, "resolve", key)
    # After the program's own log.
    assert (code, said.splitlines()[-1]) == (
        0,
        f"{key}: refused (stripe_refused {{'reason': 'not done within a day'}})",
    )
    assert (await _stripe(cards, database_url, stripe_address, "resolve", key))[0] == 0
    assert await _stripe(cards, database_url, stripe_address, "stuck") == (0, "0 to look at\n")
    code, said = await _stripe(cards, database_url, stripe_address, "resolve", "refund:1:999")
    assert (code, said.startswith("Error: ")) == (1, True)
