"""Refunds made in Stripe's own pages: their credit notes, and what becomes of them when they fail later."""

import pytest

from marketplace.reconciliation import read_stripe_movements
from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import due, give_back, hand_over
from tests.orders.cards.test_stuck_refunds import pay_in_cash, retry
from tests.orders.counter_shop import browser

TOTAL = 95_000


async def refund_at_stripe(cards: Cards, charge: Json, rupiah: int) -> Json:
    """Somebody of the cooperative refunds in Stripe's own pages."""
    made = cards.account.create_refund({"charge": charge["id"], "amount": str(rupiah * 100)})
    event = cards.account.events[-2]
    await cards.all_at_once()
    await cards.send({**event, "id": f"{event['id']}_twin"})
    await cards.work()
    return made


async def notes(cards: Cards) -> list[tuple[int, str, int]]:
    """Number, kind and sum of the store's credit notes."""
    rows = await cards.rows("SELECT number, kind, total_rupiah FROM credit_note ORDER BY number")
    return [tuple(row) for row in rows]


async def owes(cards: Cards, order: Json) -> int:
    """What the buyer owes of a sale that was handed over."""
    return await cards.held(AccountKind.BUYER_RECEIVABLE, f"order:{await cards.order_id(order)}")


@pytest.mark.parametrize("parts", [(TOTAL,), (20_000, 30_000)])
async def test_each_refund_made_at_stripe_has_one_credit_note_that_can_be_checked(
    cards: Cards, parts: tuple[int, ...]
) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    for part in parts:
        await refund_at_stripe(cards, charge, part)
    assert await notes(cards) == [(number, "refund", part) for number, part in enumerate(parts, 1)]
    assert await owes(cards, order) == sum(parts)
    manager = {"authorization": f"Bearer {cards.shop.tokens['store_manager']}"}
    note = (await cards.client.get("/api/v1/stores/current/credit-notes/1", headers=manager)).json()
    assert (note["kind"], note["total_rupiah"], note["refunded_rupiah"]) == ("refund", parts[0], parts[0])
    assert (note["receipt_number"], note["invoice_number"], note["lines"]) == (1, None, [])
    checked = (await cards.client.get(f"/api/v1/documents/{note['document_code'].replace(' ', '')}")).json()
    assert (checked["kind"], checked["number"], checked["total_rupiah"]) == ("credit_note", 1, parts[0])
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as person:
        assert "Uang dikembalikan lewat Stripe" in (await person.get("/koperasi/nota-kredit")).text
        paper = (await person.get("/koperasi/nota-kredit/1")).text
        assert "Pesanan tetap berlaku" in paper
        pdf = await person.get("/koperasi/nota-kredit/1?bentuk=pdf")
        assert pdf.content.startswith(b"%PDF")
    await cards.sound()


async def test_refund_made_at_stripe_that_fails_later_is_owed_to_the_buyer(cards: Cards) -> None:
    order, payment, charge = await cards.paid()
    await hand_over(cards, order)
    made = await refund_at_stripe(cards, charge, 20_000)
    cards.account.fail_refund(made["id"])
    event = cards.account.events[-1]
    await cards.all_at_once()
    await cards.send({**event, "id": f"{event['id']}_twin"})
    await cards.work()
    # What the store wrote stands: the note holds, and its money is on its way again.
    assert await notes(cards) == [(1, "refund", 20_000)]
    assert (await due(cards, order), await owes(cards, order)) == (20_000, 20_000)
    assert (await cards.payment(order, payment))["state"] == "succeeded"
    await cards.sound()
    assert (await retry(cards, order)).json()["refunded_rupiah"] == 20_000
    await cards.all_at_once()
    assert await due(cards, order) == 0
    assert cards.account.get(charge["id"])["amount_refunded"] == 2_000_000
    assert await notes(cards) == [(1, "refund", 20_000)]
    await cards.sound()


async def test_failure_whose_event_never_comes_is_found_in_the_list(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    made = await refund_at_stripe(cards, charge, 20_000)
    cards.account.fail_refund(made["id"])
    cards.account.events.clear()
    await read_stripe_movements()
    await cards.later(3_600)
    await read_stripe_movements()
    await cards.all_at_once()
    assert await due(cards, order) == 20_000
    await cards.sound()


async def test_refund_made_at_stripe_pays_first_what_the_buyer_was_owed(cards: Cards) -> None:
    """The goods came back and Stripe refused our refund: somebody made it there by hand."""
    order, payment, charge = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    await give_back(cards, order)
    await cards.all_at_once()
    assert await due(cards, order) == TOTAL
    before = await notes(cards)
    assert [note[1:] for note in before] == [("return", TOTAL)]
    await refund_at_stripe(cards, charge, TOTAL)
    assert (await due(cards, order), await owes(cards, order)) == (0, 0)
    assert await notes(cards) == before, "the return's own note says it"
    assert (await cards.payment(order, payment))["state"] == "reversed"
    await cards.sound()


async def test_part_of_it_that_was_not_owed_has_a_note_of_that_part(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    assert (await give_back(cards, order, 15_000)).status_code == 201
    await cards.all_at_once()
    await refund_at_stripe(cards, charge, 40_000)
    assert (await due(cards, order), await owes(cards, order)) == (0, 25_000)
    assert await notes(cards) == [(1, "allowance", 15_000), (2, "refund", 25_000)]
    await cards.sound()


async def test_refund_made_at_stripe_while_ours_is_on_its_way_is_recorded_after_it(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=500, times=2))
    await give_back(cards, order)
    await cards.work()
    await refund_at_stripe(cards, charge, TOTAL)
    await cards.all_at_once()
    # Ours was refused (nothing is left of the charge), so theirs paid what was owed.
    assert (await due(cards, order), await owes(cards, order)) == (0, 0)
    assert [note[1:] for note in await notes(cards)] == [("return", TOTAL)]
    assert cards.account.get(charge["id"])["amount_refunded"] == TOTAL * 100
    await cards.sound()


async def test_surplus_refunded_at_stripe_makes_no_note(cards: Cards) -> None:
    order, payment, page_id = await cards.started()
    charge = cards.account.pay(page_id)
    await pay_in_cash(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    await cards.all_at_once()
    made = await refund_at_stripe(cards, charge, TOTAL)
    assert (await due(cards, order), await notes(cards)) == (0, [])
    assert (await cards.payment(order, payment))["state"] == "reversed"
    cards.account.fail_refund(made["id"])
    await cards.all_at_once()
    assert (await due(cards, order), await owes(cards, order)) == (TOTAL, 0)
    await cards.sound()
