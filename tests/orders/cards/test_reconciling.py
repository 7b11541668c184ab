"""What Stripe's balance moved, held against the clearing account: differences by store, the rest for the operator."""

from datetime import date
from html import unescape
from typing import Any

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import day_of
from marketplace.reconciliation import (
    Difference,
    open_differences,
    read_stripe_movements,
    unexplained_differences,
)
from payments import AccountKind, accounts
from payments.stripe import list_strange_movements
from tests.factories import make_organisation
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_sharing import share
from tests.orders.counter_shop import browser, command, make_shop
from tests.orders.people import make_signed_in

ZONE = "Asia/Jakarta"


def today() -> date:
    return day_of(clock.now(), ZONE)


async def read(cards: Cards) -> int:
    """The worker reads the list, a while after what happened; how many movements were new."""
    cards.clock.ahead_seconds += 3_600
    kept = await read_stripe_movements()
    await cards.work()
    cards.clock.ahead_seconds += 3_600
    return kept + await read_stripe_movements()


async def differences(cards: Cards, *, store_id: Any = None) -> list[Difference]:
    """What the store's people see of Stripe."""
    async with database.connection() as connection:
        found = await open_differences(connection, book_of(store_id or cards.shop.store_id), today())
    return [one for one in found if one.kind.startswith("stripe_")]


async def strange(cards: Cards) -> list[tuple[str, int]]:
    """What the operator sees: kind and sen."""
    async with database.connection() as connection:
        found = await list_strange_movements(connection, now=clock.now(), limit=100)
    return [(one.kind, one.net_sen) for one in found]


async def test_everything_that_can_move_is_kept_once_and_matches(cards: Cards) -> None:
    await share(cards)
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    await give_back(cards, order, 33_333)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"], amount=1_000_000)
    await cards.all_at_once()
    cards.account.close_dispute(dispute["id"], is_won=True)
    other, _, _ = await cards.paid()
    await give_back(cards, other)
    await cards.all_at_once()
    cards.account.fail_refund(cards.account.of("refund")[-1]["id"])
    await cards.all_at_once()
    payout = cards.account.pay_out()
    await cards.all_at_once()
    kinds = [one["type"] for one in cards.account.transactions]
    assert set(kinds) == {"charge", "transfer", "refund", "transfer_refund", "adjustment", "refund_failure", "payout"}
    assert await read(cards) == len(kinds)
    assert await read(cards) == 0, "each movement once"
    assert await differences(cards) == []
    assert await strange(cards) == []
    await cards.sound()
    cards.account.fail_payout(payout["id"])
    await cards.all_at_once()
    await read(cards)
    assert (await differences(cards), await strange(cards)) == ([], [])
    await cards.sound()


async def test_money_that_the_book_does_not_know_is_a_difference_of_its_order(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    # A correction of Stripe's that no event of ours tells of: Rp 1.000 taken from this charge.
    cards.account.correct(charge["id"], -100_000)
    await read(cards)
    (found,) = await differences(cards)
    assert (found.kind, found.about, found.amount_sen, found.role) == (
        "stripe_order",
        order["code"],
        100_000,
        "store_manager",
    )
    assert found.href == f"/koperasi/pesanan/{order['code']}"
    async with database.connection() as connection:
        asked = await unexplained_differences(connection, cards.shop.store_id, today())
    assert [(one.code, one.amount_rupiah) for one in asked if one.code == "stripe_order"] == [("stripe_order", 1_000)]
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = unescape((await manager.get("/koperasi/rekonsiliasi")).text)
        assert "Stripe dan buku berbeda untuk pesanan" in page
        assert "pengelola gerai" in page
    explained = await cards.client.post(
        "/api/v1/stores/current/differences/explanations",
        json={"kind": "stripe_order", "subject": found.subject, "note": "Koreksi Stripe, sudah ditanyakan"},
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert explained.status_code == 201, explained.text
    assert (await differences(cards))[0].explanation == "Koreksi Stripe, sudah ditanyakan"


async def test_what_the_book_has_and_stripe_does_not_is_a_difference_too(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    order_id = await cards.order_id(order)
    await cards.type_wrong(order, accounts.STRIPE_CLEARING, rupiah=700)
    await read(cards)
    (found,) = await differences(cards)
    assert (found.amount_sen, found.subject) == (70_000, f"order:{order_id}")


async def test_stores_see_their_own_and_the_operator_what_is_nobodys(cards: Cards) -> None:
    await cards.paid()
    first = cards.shop
    cards.shop = await make_shop()
    manager = cards.shop.tokens["store_manager"]
    await cards.client.put("/api/v1/stores/current/channels/stripe", headers=command(manager))
    _, _, charge = await cards.paid()
    cards.account.correct(charge["id"], -100_000)
    cards.account.take_fee(5_000_00)
    await read(cards)
    assert len(await differences(cards)) == 1
    assert await differences(cards, store_id=first.store_id) == []
    assert await strange(cards) == [("stripe_fee", -5_000_00)]
    operator = await make_organisation("operator", region_code=None)
    async with database.transaction() as connection:
        _, token = await make_signed_in(connection, role="platform_operator", organisation_id=operator)
    async with browser(cards.app, token) as person:
        page = unescape((await person.get("/operator/stripe")).text).replace("\u00a0", " ")
        assert "Biaya Stripe" in page
        assert "5.000" in page
        assert "1.000" not in page.replace("5.000", "")


async def test_events_that_never_came_are_made_up_for_by_the_list(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    other, _, second = await cards.paid()
    cards.account.open_dispute(charge["id"], amount=1_000_000)
    cards.account.create_refund({"charge": second["id"], "amount": "500000"})
    cards.account.pay_out()
    cards.account.events.clear()
    await read(cards)
    outcomes = dict(await cards.outcomes())
    assert outcomes["charge.dispute.listed"] == "dispute open"
    assert outcomes["refund.listed"] == "refund made elsewhere"
    assert outcomes["payout.listed"].startswith("payout of 1 stores")
    assert await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(other)}") == -90_000
    await read(cards)
    assert (await differences(cards), await strange(cards)) == ([], [])
    await cards.sound()
    # How they ended is told by nobody either.
    cards.account.close_dispute(cards.account.of("dispute")[0]["id"], is_won=True)
    cards.account.fail_payout(cards.account.of("payout")[0]["id"])
    cards.account.events.clear()
    await read(cards)
    await read(cards)
    assert (await differences(cards), await strange(cards)) == ([], [])
    await cards.sound()


async def test_reading_that_breaks_off_is_begun_anew_and_misses_nothing(cards: Cards) -> None:
    for _ in range(3):
        order, _, _ = await cards.paid()
        await give_back(cards, order, None)
        await cards.all_at_once()
    # Two movements to a page, the newest first; the third page does not come.
    cards.clock.ahead_seconds += 3_600
    cards.account.faults.append(Fault(part="GET /v1/balance_transactions", status=500, times=1_000, skip=2))
    assert await read_stripe_movements() == 4
    assert (await cards.row("SELECT count(*) AS n FROM stripe_listing"))["n"] == 0
    assert [one.kind for one in await differences(cards)] == ["stripe_unread"]
    cards.account.faults.clear()
    assert await read_stripe_movements() == 2
    cards.clock.ahead_seconds += 3_600
    await read_stripe_movements()
    assert await differences(cards) == []
