"""Payouts that hold more than charges: shares that were sent to suppliers, and earlier payouts that came back."""

from payments import AccountKind
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_sharing import share


async def test_payout_is_less_by_the_shares_that_were_sent(cards: Cards) -> None:
    await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    payout = cards.account.pay_out()
    await cards.all_at_once()
    # Of Rp 95.000 the fee is Rp 2.850 and the supplier's share Rp 24.000.
    assert payout["amount"] == 68_150 * 100
    assert await cards.held(AccountKind.BANK, "stripe") == 68_150
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 0
    assert ("payout.paid", "payout of 1 stores") in await cards.outcomes()
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    cards.account.pay_out()
    await cards.all_at_once()
    # The buyer has all of it back, the supplier's share came back, the fee is gone.
    assert await cards.held(AccountKind.BANK, "stripe") == -2_850
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 0
    await cards.sound()


async def test_payout_that_came_back_is_in_the_next_one(cards: Cards) -> None:
    await cards.paid()
    first = cards.account.pay_out()
    await cards.all_at_once()
    cards.account.fail_payout(first["id"])
    await cards.all_at_once()
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 92_150
    await cards.paid()
    second = cards.account.pay_out()
    await cards.all_at_once()
    assert second["amount"] == 2 * 92_150 * 100
    assert await cards.held(AccountKind.BANK, "stripe") == 2 * 92_150
    assert await cards.held(AccountKind.STRIPE_CLEARING) == 0
    cards.account.fail_payout(second["id"])
    await cards.all_at_once()
    assert await cards.held(AccountKind.BANK, "stripe") == 0
    assert cards.account.pay_out()["amount"] == 2 * 92_150 * 100
    await cards.all_at_once()
    assert await cards.held(AccountKind.BANK, "stripe") == 2 * 92_150
    await cards.sound()
