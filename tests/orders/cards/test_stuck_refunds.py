"""Money that Stripe cannot bring back to a card: tried again, or out of the till by two persons, and once."""

import asyncio

import httpx
import pytest

from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import due, give_back, hand_over
from tests.orders.counter_shop import browser, command, open_till, press
from tests.payments.test_qris import STATIC

TOTAL = 95_000


async def pay_in_cash(cards: Cards, order: Json) -> None:
    """The cashier takes the cash of an order in their shift, which is opened."""
    token = cards.shop.tokens["cashier"]
    async with browser(cards.app, token) as cashier:
        await open_till(cashier)
    paid = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payment",
        json={"tendered_rupiah": TOTAL, "is_handed_over": True},
        headers=command(token),
    )
    assert paid.status_code == 200, paid.text


async def surplus(cards: Cards) -> tuple[Json, Json, Json]:
    """An order paid in cash, and by card as well; Stripe refuses to send the card its money back."""
    order, payment, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    await pay_in_cash(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    await cards.all_at_once()
    assert await due(cards, order) == TOTAL
    return order, payment, charge


async def ask(cards: Cards, order: Json, payment: Json, role: str = "cashier", method: str = "cash") -> httpx.Response:
    """Ask for the money that is owed of a payment."""
    return await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={"reason": "Kartu sudah ditutup", "method": method, "payment_id": payment["payment_id"]},
        headers=command(cards.shop.tokens[role]),
    )


async def tell(cards: Cards, asked: Json, step: str, role: str, **body: object) -> httpx.Response:
    path = f"/api/v1/stores/current/returns/{asked['return_id']}/{step}"
    return await cards.client.post(path, json=body, headers=command(cards.shop.tokens[role]))


async def retry(cards: Cards, order: Json) -> httpx.Response:
    return await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/card-refunds/retry",
        json={"reason": "Coba lagi"},
        headers=command(cards.shop.tokens["store_manager"]),
    )


async def test_surplus_that_stripe_refuses_is_paid_out_in_cash_by_two_persons_once(cards: Cards) -> None:
    order, payment, charge = await surplus(cards)
    till = await cards.row("SELECT id FROM shift")
    # Far below the store's limit; a second person decides all the same.
    asked = (await ask(cards, order, payment)).json()
    assert (asked["return_state"], asked["receipt_number"]) == ("requested", None)
    assert (await tell(cards, asked, "payout", "cashier")).json()["code"] == "return_decided"
    assert (await tell(cards, asked, "decision", "cashier", is_approved=True)).status_code == 403
    assert (await tell(cards, asked, "decision", "store_manager", is_approved=True)).status_code == 200
    assert await due(cards, order) == TOTAL
    answers = await asyncio.gather(*(tell(cards, asked, "payout", "cashier") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await due(cards, order) == 0
    assert await cards.held(AccountKind.TILL_CASH, f"shift:{till['id']}") == 0
    assert (await cards.payment(order, payment))["state"] == "reversed"
    receipts = await cards.rows("SELECT kind, method, amount_rupiah FROM receipt ORDER BY number")
    assert [tuple(row) for row in receipts] == [("sale", "cash", TOTAL), ("surplus", "cash", TOTAL)]
    assert tuple(await cards.row("SELECT sold_rupiah, returned_rupiah FROM turnover_day")) == (TOTAL, 0)
    await cards.sound()

    assert (await ask(cards, order, payment)).status_code == 422
    assert (await retry(cards, order)).status_code == 409
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 0
    await cards.sound()


async def test_page_offers_the_card_once_more_or_cash_after_approval(cards: Cards) -> None:
    order, payment, _ = await surplus(cards)
    path = f"/kasir/pesanan/{order['code']}/kembalikan"
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        page = await cashier.get(path)
        assert "Uang yang belum kembali ke kartu" in page.text
        assert "setelah disetujui orang kedua" in page.text
        asked = await press(cashier, page, path, method="cash", reason="Kartu sudah ditutup")
        assert asked.headers["location"] == path, asked.text
    row = await cards.row("SELECT state, kind, method, amount_rupiah, payment_id FROM order_return")
    assert tuple(row) == ("requested", "surplus", "cash", TOTAL, payment["payment_id"])


async def test_surplus_is_tried_again_though_the_order_was_paid_otherwise_or_has_ended(cards: Cards) -> None:
    order, payment, charge = await surplus(cards)
    again = await retry(cards, order)
    assert (again.status_code, again.json()["refunded_rupiah"]) == (201, TOTAL), again.text
    assert (await retry(cards, order)).status_code == 409
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == TOTAL * 100
    assert await due(cards, order) == 0
    assert (await cards.payment(order, payment))["state"] == "reversed"
    await cards.sound()


async def test_surplus_of_another_way_never_goes_to_the_card(cards: Cards) -> None:
    manager = command(cards.shop.tokens["store_manager"])
    kept = await cards.client.put("/api/v1/stores/current/channels/qris", json={"payload": STATIC}, headers=manager)
    assert kept.status_code == 200, kept.text
    order, card, page_id = await cards.started()
    answer = await cards.client.post(
        f"/api/v1/orders/{order['tracking_token']}/payments", json={"method": "qris"}, headers=command()
    )
    qris = answer.json()
    charge = cards.account.pay(page_id)
    await cards.all_at_once()
    seen = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/payments/{qris['payment_id']}/confirmation",
        json={"reference": "123456789012"},
        headers=command(cards.shop.tokens["cashier"]),
    )
    assert seen.json()["is_surplus"] is True, seen.text
    assert await due(cards, order) == TOTAL
    refused = await retry(cards, order)
    assert refused.status_code == 409, "Stripe owes nothing"
    assert (await ask(cards, order, card)).status_code == 404
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 0
    assert await due(cards, order) == TOTAL
    assert (await cards.payment(order, card))["state"] == "succeeded"
    await cards.sound()


async def test_money_of_goods_that_stripe_refuses_goes_out_in_cash_and_counts_once(cards: Cards) -> None:
    order, payment, _ = await cards.paid()
    other = await cards.order()
    await pay_in_cash(cards, other)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert await due(cards, order) == TOTAL
    asked = (await ask(cards, order, payment, role="store_manager")).json()
    assert asked["return_state"] == "requested"
    own = await tell(cards, asked, "decision", "store_manager", is_approved=True)
    assert own.status_code == 403, "nobody approves what they asked for"
    assert await due(cards, order) == TOTAL
    rows = await cards.rows("SELECT kind, amount_rupiah FROM receipt WHERE kind <> 'sale'")
    assert [tuple(row) for row in rows] == [("return", TOTAL)]
    await cards.sound()


@pytest.mark.parametrize("first", ["payout", "retry"])
async def test_till_and_card_at_once_give_it_back_once(cards: Cards, first: str) -> None:
    order, payment, charge = await surplus(cards)
    asked = (await ask(cards, order, payment)).json()
    assert (await tell(cards, asked, "decision", "store_manager", is_approved=True)).status_code == 200
    calls = [tell(cards, asked, "payout", "cashier"), retry(cards, order)]
    answers = await asyncio.gather(*(calls if first == "payout" else reversed(calls)))
    assert sorted(answer.is_success for answer in answers) == [False, True], [answer.text for answer in answers]
    assert {answer.status_code for answer in answers if not answer.is_success} == {409}
    await cards.all_at_once()
    assert await due(cards, order) == 0
    by_card = cards.account.get(charge["id"])["amount_refunded"] // 100
    in_cash = (await cards.row("SELECT coalesce(sum(amount_rupiah), 0) AS n FROM receipt WHERE kind = 'surplus'"))["n"]
    assert by_card + in_cash == TOTAL
    await cards.sound()


async def test_disputed_money_does_not_go_out_in_cash(cards: Cards) -> None:
    order, payment, charge = await surplus(cards)
    asked = (await ask(cards, order, payment)).json()
    assert (await tell(cards, asked, "decision", "store_manager", is_approved=True)).status_code == 200
    cards.account.open_dispute(charge["id"])
    await cards.all_at_once()
    refused = await tell(cards, asked, "payout", "cashier")
    assert (refused.status_code, refused.json()["code"]) == (409, "payment_is_disputed")
    assert await due(cards, order) == TOTAL
    # What is known of it can be noted, though the order was paid in cash.
    dispute = await cards.row("SELECT id FROM payment_dispute")
    noted = await cards.client.put(
        f"/api/v1/stores/current/orders/{order['code']}/disputes/{dispute['id']}/note",
        json={"note": "Dibayar dua kali."},
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert noted.status_code == 200, noted.text


async def test_part_without_goods_leaves_what_is_owed_already(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    assert (await give_back(cards, order, 15_000)).status_code == 201
    await cards.all_at_once()
    assert await due(cards, order) == 15_000
    too_much = await give_back(cards, order, TOTAL - 15_000 + 1)
    assert (too_much.status_code, too_much.json()["errors"][0]["field"]) == (422, "amount_rupiah")
    assert (await give_back(cards, order, TOTAL - 15_000)).status_code == 201
    assert (await retry(cards, order)).json()["refunded_rupiah"] == 15_000
    await cards.all_at_once()
    assert await due(cards, order) == 0
    await cards.sound()


async def test_parts_to_the_card_stay_within_the_limit_together(cards: Cards) -> None:
    limit = await cards.client.put(
        "/api/v1/stores/current/refund-limit",
        json={"refund_limit_rupiah": 30_000},
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert limit.status_code == 200
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    answers = await asyncio.gather(*(give_back(cards, order, 10_000) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 2
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"above_refund_limit"}
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 3_000_000
    await cards.sound()


async def test_goods_that_come_back_after_part_of_the_price_leave_no_discount_behind(cards: Cards) -> None:
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    assert (await give_back(cards, order, 10_000)).status_code == 201
    rest = await give_back(cards, order)
    assert (rest.json()["state"], rest.json()["refunded_rupiah"]) == ("returned", 85_000)
    await cards.all_at_once()
    # Of 95.000 the rice's 65.000 were the store's own sale; the chips' part was never its revenue.
    assert await cards.held(AccountKind.PAYMENT_DISCOUNT) == 0
    assert await cards.held(AccountKind.SALES_RETURNS) == 65_000
    assert await due(cards, order) == 0
    await cards.sound()


@pytest.mark.parametrize("is_handed_over", [False, True])
async def test_goods_that_come_back_after_a_refund_made_at_stripe_settle_what_the_buyer_owed(
    cards: Cards, *, is_handed_over: bool
) -> None:
    order, _, charge = await cards.paid()
    cards.account.create_refund({"charge": charge["id"], "amount": "2000000"})
    await cards.all_at_once()
    if is_handed_over:
        await hand_over(cards, order)
    rest = await give_back(cards, order)
    assert rest.json()["refunded_rupiah"] == 75_000, rest.text
    await cards.all_at_once()
    assert await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(order)}") == 0
    assert await cards.held(AccountKind.PAYMENT_DISCOUNT) == 0
    assert await due(cards, order) == 0
    await cards.sound()
