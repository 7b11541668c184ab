"""Payouts and the cooperative's own account: its own, failed ones, others', and what the platform paid out before."""

from marketplace.orders import handle_gateway_events
from payments import AccountKind
from tests.fakes.stripe import Fault
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_own_part import OWN, own_transfers, receive, receive_alone, sold, standing
from tests.orders.cards.test_sharing import share


async def test_account_that_may_not_receive_is_sent_nothing_and_all_is_paid_out_as_before(cards: Cards) -> None:
    account = await receive(cards, transfers="pending")
    await sold(cards)
    assert await own_transfers(cards) == []
    assert await cards.rows("SELECT FROM stripe_transfer WHERE is_own") == []
    cards.account.pay_out()
    await cards.all_at_once()
    assert await standing(cards) == (0, 0)
    assert await cards.held(AccountKind.BANK, "stripe") == OWN
    # What was paid out is not sent once more when the account may receive.
    cards.account.set_capability(account["id"], "active")
    await cards.all_at_once()
    assert await own_transfers(cards) == []
    await cards.sound()


async def test_refund_after_the_part_was_paid_out_makes_clearing_lower_and_the_next_part_smaller(cards: Cards) -> None:
    await receive(cards)
    order, _ = await sold(cards)
    cards.account.pay_out_of(cards.own_account)
    await cards.all_at_once()
    assert await standing(cards) == (0, 0)
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert cards.account.of("refund")[0]["status"] == "succeeded", "the buyer does not wait for it"
    row = await cards.row("SELECT state, outcome FROM gateway_call WHERE purpose = 'reversal' AND state <> 'done'")
    assert row["state"] == "refused"
    assert "balance_insufficient" in row["outcome"]
    assert await standing(cards) == (-OWN - 2_850, 0)
    await cards.sound()
    # It is short of a fee beside: the next sale's part only fills the gap, the one after that is sent what is left.
    await sold(cards)
    assert await standing(cards) == (-2_850, 0)
    await sold(cards)
    assert await standing(cards) == (0, OWN - 2_850)
    await cards.sound()


async def test_payout_of_the_account_reaches_the_bank_and_one_that_failed_comes_back(cards: Cards) -> None:
    await receive(cards)
    order, _ = await sold(cards)
    first = cards.account.pay_out_of(cards.own_account)
    await cards.all_at_once()
    assert ("payout.paid", "payout of 1 stores") in await cards.outcomes()
    assert await standing(cards) == (0, 0)
    assert await cards.held(AccountKind.BANK, "stripe") == OWN
    cards.account.fail_payout(first["id"])
    await cards.all_at_once()
    assert ("payout.failed", "payout failed") in await cards.outcomes()
    assert await standing(cards) == (0, OWN)
    assert await cards.held(AccountKind.BANK, "stripe") == 0
    await cards.sound()
    # In the next one is what came back, less what a refund took.
    assert (await give_back(cards, order, 19_000)).status_code == 201
    await cards.all_at_once()
    second = cards.account.pay_out_of(cards.own_account)
    await cards.all_at_once()
    assert second["amount"] == (OWN - 13_630) * 100
    assert await cards.held(AccountKind.BANK, "stripe") == OWN - 13_630
    assert await cards.held(AccountKind.STRIPE_BALANCE) == 0
    await cards.sound()


async def test_payout_that_is_told_before_our_own_answer_waits_for_it(cards: Cards) -> None:
    await receive(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/transfers", after_commit=True, times=4))
    await cards.work()
    cards.account.pay_out_of(cards.own_account)
    await cards.deliver()
    await handle_gateway_events()
    assert ("payout.paid", "not known yet") in await cards.outcomes()
    await cards.all_at_once()
    assert await cards.held(AccountKind.BANK, "stripe") == OWN
    assert await standing(cards) == (0, 0)
    await cards.sound()


async def test_payout_of_a_suppliers_account_is_not_for_us(cards: Cards) -> None:
    await receive(cards)
    await sold(cards)
    (supplier,) = (one for one in cards.account.of("transfer") if one["destination"] != cards.own_account)
    asked = len(cards.account.requests)
    cards.account.pay_out_of(supplier["destination"])
    await cards.deliver()
    await handle_gateway_events()
    assert (await cards.outcomes())[-1] == ("payout.paid", "not for us")
    assert len(cards.account.requests) == asked, "nothing is even asked"
    assert await cards.held(AccountKind.BANK, "stripe") == 0
    await cards.sound()


async def test_what_else_happens_on_a_connected_account_is_not_for_us(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    for number, kind in enumerate(("charge.refunded", "refund.created", "charge.dispute.created", "payment.created")):
        event = {"id": f"evt_own_{number}", "type": kind, "livemode": False, "account": cards.own_account}
        assert (await cards.send({**event, "data": {"object": {"id": charge["id"]}}})).status_code == 200
    await cards.work()
    assert [outcome for _, outcome in (await cards.outcomes())[-4:]] == ["not for us"] * 4
    await cards.sound()


async def test_what_a_payout_of_the_platform_brought_before_is_not_sent_once_more(cards: Cards) -> None:
    await share(cards)
    await receive_alone(cards)
    order, _, _ = await cards.paid()
    await cards.all_at_once()
    cards.account.pay_out()
    await cards.all_at_once()
    assert await cards.held(AccountKind.BANK, "stripe") == 92_150
    await hand_over(cards, order)
    await cards.all_at_once()
    assert await own_transfers(cards) == []
    # The supplier's share is; the next payout is less by it.
    assert await standing(cards) == (-24_000, 0)
    await cards.sound()


async def test_money_of_others_in_the_accounts_payout_is_named_and_booked_nowhere(cards: Cards) -> None:
    """As what the cooperative is sent as a supplier of another store: that is no money of this store."""
    await receive(cards)
    await sold(cards)
    await cards.paid()
    cards.account.create_transfer({"destination": cards.own_account, "amount": "500000", "currency": "idr"})
    assert cards.account.pay_out_of(cards.own_account)["amount"] == (OWN + 5_000) * 100
    await cards.all_at_once()
    assert ("payout.paid", "payout of 1 stores, 5000 rupiah of no payment") in await cards.outcomes()
    assert await cards.held(AccountKind.BANK, "stripe") == OWN
    await cards.sound(is_same=False)
