"""A disputed payment: the cooperative's part is taken back while the bank decides, and sent again when it is won."""

import pytest

from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_own_part import OWN, own_transfers, receive, set_to, sold, standing

FEE = 20_000


async def test_dispute_takes_the_part_back_and_a_win_sends_it_again(cards: Cards) -> None:
    await receive(cards)
    order, charge = await sold(cards)
    dispute = cards.account.open_dispute(charge["id"])
    await cards.all_at_once()
    # The supplier keeps its share, so clearing is short of that and of both fees.
    assert await standing(cards) == (-24_000 - 2_850 - FEE, 0)
    await cards.sound()
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    # The fee of the dispute is the cooperative's: so much less goes out.
    assert await standing(cards) == (0, OWN - FEE)
    first, again = await own_transfers(cards)
    assert (first["amount_reversed"], again["source_transaction"]) == (first["amount"], None)
    await cards.sound()
    # Refunds take back of what is there now, and in the end exactly all.
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert again["amount_reversed"] == again["amount"]
    assert await standing(cards) == (-2_850 - FEE, 0)
    await cards.sound()


async def test_part_of_a_payment_that_is_disputed_and_lost_takes_so_much_of_the_part(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    dispute = cards.account.open_dispute(charge["id"], amount=1_900_000, fee=0)
    await cards.all_at_once()
    assert await standing(cards) == (13_630 - 19_000, OWN - 13_630)
    cards.account.close_dispute(dispute["id"], is_won=False)
    await cards.all_at_once()
    assert await standing(cards) == (13_630 - 19_000, OWN - 13_630)
    assert await cards.held(AccountKind.DISPUTE_LOSS) == 19_000
    assert len(await own_transfers(cards)) == 1
    await cards.sound()


async def test_dispute_that_is_won_again_and_again_moves_no_more_than_the_part(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    for _ in range(3):
        dispute = cards.account.open_dispute(charge["id"], amount=950_001 // 100 * 100, fee=0)
        await cards.all_at_once()
        cards.account.close_dispute(dispute["id"], is_won=True)
        await cards.all_at_once()
        assert await standing(cards) == (0, OWN)
        await cards.sound()
    assert len(await own_transfers(cards)) == 4


@pytest.mark.parametrize("amount", [9_500_000, 1_900_000])
async def test_payment_that_is_disputed_before_hand_over_waits_for_the_bank(cards: Cards, amount: int) -> None:
    await receive(cards)
    order, _, charge = await cards.paid()
    dispute = cards.account.open_dispute(charge["id"], amount=amount, fee=0)
    await cards.all_at_once()
    await hand_over(cards, order)
    await cards.all_at_once()
    assert await own_transfers(cards) == []
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    assert await standing(cards) == (0, OWN)
    assert len(await own_transfers(cards)) == 1
    await cards.sound()


async def test_part_that_goes_out_after_the_dispute_is_taken_back_at_once(cards: Cards) -> None:
    await receive(cards)
    order, _, charge = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, times=6))
    await hand_over(cards, order)
    await cards.work()
    dispute = cards.account.open_dispute(charge["id"], fee=0)
    await cards.deliver()
    await cards.work()
    await cards.all_at_once()
    assert len(await own_transfers(cards)) == 1
    assert await standing(cards) == (-24_000 - 2_850, 0)
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    assert await standing(cards) == (0, OWN)
    await cards.sound()


@pytest.mark.parametrize("is_won", [True, False])
async def test_part_that_was_paid_out_cannot_be_taken_back_and_is_sent_no_second_time(
    cards: Cards, *, is_won: bool
) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    cards.account.pay_out_of(cards.own_account)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"], fee=0)
    await cards.all_at_once()
    assert (await cards.row("SELECT state FROM gateway_call WHERE purpose = 'reversal'"))["state"] == "refused"
    assert await standing(cards) == (-95_000, 0)
    cards.account.close_dispute(dispute["id"], is_won=is_won)
    await cards.all_at_once()
    assert await standing(cards) == (0 if is_won else -95_000, 0)
    assert len(await own_transfers(cards)) == 1
    await cards.sound()


async def test_store_that_collects_again_leaves_what_was_won_in_clearing(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    dispute = cards.account.open_dispute(charge["id"], fee=0)
    await cards.all_at_once()
    await set_to(cards, "collect")
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    assert await standing(cards) == (OWN, 0)
    await cards.sound()


@pytest.mark.parametrize("is_done", [True, False])
async def test_part_sent_again_whose_answer_stays_away_for_a_day_is_not_taken_for_the_first_one(
    cards: Cards, *, is_done: bool
) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    dispute = cards.account.open_dispute(charge["id"], fee=0)
    await cards.all_at_once()
    cards.account.close_dispute(dispute["id"], is_won=True)
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, after_commit=is_done, times=1_000))
    await cards.deliver()
    await cards.work()
    # The worker is away until Stripe has forgotten the key.
    cards.clock.ahead_seconds += 24 * 3_600
    cards.account.faults.clear()
    cards.account.answers.clear()
    await cards.all_at_once()
    assert len(await own_transfers(cards)) == (2 if is_done else 1)
    assert await standing(cards) == ((0, OWN) if is_done else (OWN, 0))
    await cards.sound()


async def test_bank_that_only_asks_takes_nothing_back_until_it_takes_the_money(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    asked = cards.account.ask_about(charge["id"])
    await cards.all_at_once()
    assert await standing(cards) == (0, OWN)
    cards.account.take_after_asking(asked["id"], fee=0)
    await cards.all_at_once()
    assert await standing(cards) == (-24_000 - 2_850, 0)
    await cards.sound()
