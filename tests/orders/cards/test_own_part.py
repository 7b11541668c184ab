"""The cooperative is sent what is left of a card payment, after hand-over, to its own account; and it is taken back."""

import asyncio

from marketplace import database
from marketplace.books import book_of
from marketplace.orders import handle_gateway_events, make_gateway_calls
from payments import AccountKind
from payments.stripe import connect_account, set_sharing
from payments.stripe.facts import AccountFact
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.cards.test_sharing import AT, share
from tests.orders.counter_shop import command, make_shop

# Of Rp 95.000 the supplier is sent Rp 24.000, and Stripe's fee is Rp 2.850.
OWN = 68_150


async def receive(cards: Cards, *, transfers: str = "active") -> Json:
    """The store shares with the maker of the chips, and its cooperative has an account of its own; that account."""
    await share(cards)
    return await receive_alone(cards, transfers=transfers)


async def receive_alone(cards: Cards, *, transfers: str = "active") -> Json:
    """The cooperative has an account of its own, whatever its store does."""
    made = cards.account.make_account(transfers=transfers)
    async with database.transaction() as connection:
        fact = AccountFact(account_id=made["id"], may_receive=transfers == "active")
        await connect_account(connection, owner=f"organisation:{cards.shop.cooperative_id}", fact=fact, at=AT)
    cards.own_account = made["id"]
    return made


async def own_transfers(cards: Cards) -> list[Json]:
    """What went to the cooperative, as Stripe has it."""
    return [one for one in cards.account.of("transfer") if one["destination"] == cards.own_account]


async def sold(cards: Cards) -> tuple[Json, Json]:
    """An order that was paid by card and handed over, with everything that follows from it; and its charge."""
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    return order, charge


async def set_to(cards: Cards, sharing: str) -> None:
    """The operator says how the store shares."""
    async with database.transaction() as connection:
        await set_sharing(connection, book=book_of(cards.shop.store_id), sharing=sharing, at=AT, author="person:1")


async def standing(cards: Cards) -> tuple[int, int]:
    """What stands in clearing and on the cooperative's account, in rupiah."""
    return await cards.held(AccountKind.STRIPE_CLEARING), await cards.held(AccountKind.STRIPE_BALANCE)


async def test_cooperative_is_sent_what_is_left_after_shares_and_fee(cards: Cards) -> None:
    account = await receive(cards)
    order, _, charge = await cards.paid()
    await cards.all_at_once()
    assert await own_transfers(cards) == [], "nothing before the goods are handed over"
    await hand_over(cards, order)
    await cards.all_at_once()
    (sent,) = await own_transfers(cards)
    assert (sent["amount"], sent["destination"], sent["source_transaction"]) == (OWN * 100, account["id"], charge["id"])
    assert sum(one["amount"] for one in cards.account.of("transfer")) == (95_000 - 2_850) * 100
    assert await standing(cards) == (0, OWN)
    row = await cards.row("SELECT state, arrived_as FROM stripe_transfer WHERE is_own")
    assert tuple(row) == ("succeeded", sent["destination_payment"])
    await cards.all_at_once()
    assert len(await own_transfers(cards)) == 1
    await cards.sound()


async def test_fee_that_is_known_after_the_hand_over_sends_the_part_then(cards: Cards) -> None:
    await receive(cards)
    cards.account.is_fee_late = True
    _, charge = await sold(cards)
    assert (len(cards.account.of("transfer")), await own_transfers(cards)) == (1, [])
    cards.account.tell_fee(charge["id"])
    await cards.all_at_once()
    assert [one["amount"] for one in await own_transfers(cards)] == [OWN * 100]
    assert await standing(cards) == (0, OWN)
    await cards.sound()


async def test_fee_and_hand_over_at_the_same_moment_send_the_part_once(cards: Cards) -> None:
    cards.shop = await make_shop(chips_stock=100, rice_stock=100)
    await cards.client.put(
        "/api/v1/stores/current/channels/stripe", headers=command(cards.shop.tokens["store_manager"])
    )
    await receive(cards)
    cards.account.is_fee_late = True
    for number in range(1, 7):
        order, _, charge = await cards.paid()
        cards.account.tell_fee(charge["id"])
        await cards.deliver()
        await asyncio.gather(hand_over(cards, order), handle_gateway_events(), handle_gateway_events())
        await cards.all_at_once()
        assert [one["amount"] for one in await own_transfers(cards)] == [OWN * 100] * number
        await cards.sound()


async def test_two_workers_send_the_part_once(cards: Cards) -> None:
    await receive(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await asyncio.gather(*(make_gateway_calls() for _ in range(4)))
    await cards.all_at_once()
    assert len(await own_transfers(cards)) == 1
    await cards.sound()


async def test_answer_that_was_lost_sends_the_part_once(cards: Cards) -> None:
    await receive(cards)
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/transfers", after_commit=True, times=3))
    await hand_over(cards, order)
    await cards.work()
    assert await cards.held(AccountKind.STRIPE_BALANCE) == 0, "we do not know yet that it went"
    await cards.all_at_once()
    assert len(await own_transfers(cards)) == 1
    assert await standing(cards) == (0, OWN)
    await cards.sound()


async def test_answer_that_stays_away_for_a_day_is_looked_for_and_not_made_again(cards: Cards) -> None:
    await receive(cards)
    order, _, _ = await cards.paid()
    # The worker dies after Stripe has done both, and stays away until Stripe has forgotten the keys.
    cards.account.faults.append(Fault(part="POST /v1/transfers", after_commit=True, times=1_000))
    await hand_over(cards, order)
    await cards.work()
    cards.clock.ahead_seconds += 24 * 3_600
    cards.account.faults.clear()
    cards.account.answers.clear()
    await cards.work()
    await cards.all_at_once()
    assert len(cards.account.of("transfer")) == 2
    assert await standing(cards) == (0, OWN)
    await cards.sound()


async def test_refunds_take_the_part_back_in_proportion_and_in_the_end_all_of_it(cards: Cards) -> None:
    await receive(cards)
    order, _ = await sold(cards)
    left = []
    for rupiah in (33_333, 33_333, 28_334):
        assert (await give_back(cards, order, rupiah)).status_code == 201
        await cards.all_at_once()
        left.append(await cards.held(AccountKind.STRIPE_BALANCE))
        await cards.sound()
    # 68.150 × 33.333 / 95.000 = 23.912,04; after the last rupiah exactly all.
    assert left == [OWN - 23_912, OWN - 47_824, 0]
    (sent,) = await own_transfers(cards)
    assert sent["amount_reversed"] == sent["amount"]
    # What Stripe's fee was is gone, and nothing else.
    assert await standing(cards) == (-2_850, 0)


async def test_goods_that_came_back_before_hand_over_are_in_nobodys_part(cards: Cards) -> None:
    owner, _ = await share(cards)
    await receive_alone(cards)
    order, _, _ = await cards.paid()
    answer = await cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={
            "reason": "Habis",
            "method": "stripe",
            "lines": [{"listing_id": cards.shop.chips_listing, "quantity": 1}],
        },
        headers=command(cards.shop.tokens["store_manager"]),
    )
    assert answer.status_code == 201, answer.text
    await cards.all_at_once()
    await hand_over(cards, order)
    await cards.all_at_once()
    # One packet at Rp 15.000 went back; of the other one the supplier has Rp 12.000.
    assert await standing(cards) == (0, 95_000 - 15_000 - 12_000 - 2_850)
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 0
    assert cards.account.of("transfer_reversal") == [], "what was sent was reckoned without it"
    await cards.sound()
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert await standing(cards) == (-2_850, 0)
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 0
    await cards.sound()


async def test_part_that_goes_out_after_the_refund_is_taken_back_at_once(cards: Cards) -> None:
    await receive(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, times=6))
    await cards.work()
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert len(cards.account.of("transfer")) == 2
    assert await standing(cards) == (-2_850, 0)
    await cards.sound()


async def test_refund_before_the_fee_is_known_leaves_less_to_send(cards: Cards) -> None:
    await receive(cards)
    cards.account.is_fee_late = True
    order, charge = await sold(cards)
    assert (await give_back(cards, order, 19_000)).status_code == 201
    await cards.all_at_once()
    cards.account.tell_fee(charge["id"])
    await cards.all_at_once()
    # A fifth of the payment went back, and of the supplier's share.
    assert await standing(cards) == (0, 95_000 - 19_000 - 19_200 - 2_850)
    assert cards.account.of("transfer_reversal")[0]["amount"] == 4_800 * 100
    await cards.sound()


async def test_account_that_lost_its_capability_without_our_knowing_leaves_the_part_in_clearing(cards: Cards) -> None:
    account = await receive(cards)
    order, _, _ = await cards.paid()
    account["capabilities"]["transfers"] = "inactive"
    await hand_over(cards, order)
    await cards.all_at_once()
    row = await cards.row("SELECT state, outcome FROM gateway_call WHERE key LIKE 'transfer:%' AND state <> 'done'")
    assert row["state"] == "refused"
    assert "insufficient_capabilities" in row["outcome"]
    assert await standing(cards) == (OWN, 0)
    await cards.sound()
    cards.account.set_capability(account["id"], "inactive")
    await cards.all_at_once()
    assert ("account.updated", "may not receive") in await cards.outcomes()
    await sold(cards)
    assert await standing(cards) == (2 * OWN, 0)
    assert len(await cards.rows("SELECT FROM stripe_transfer WHERE is_own")) == 1, "not even wanted"
    await cards.sound()


async def test_part_that_could_not_be_taken_back_is_tried_with_the_next_refund(cards: Cards) -> None:
    account = await receive(cards)
    order, _ = await sold(cards)
    held, account["held"] = account["held"], 0
    await give_back(cards, order, 47_500)
    await cards.all_at_once()
    assert await standing(cards) == (-47_500 + 12_000, OWN)
    await cards.sound()
    account["held"] = held
    await give_back(cards, order, 47_500)
    await cards.all_at_once()
    assert await standing(cards) == (-2_850, 0)
    await cards.sound()


async def test_sharing_that_is_switched_counts_from_the_next_hand_over(cards: Cards) -> None:
    await receive(cards)
    await set_to(cards, "collect")
    await sold(cards)
    assert cards.account.of("transfer") == []
    await set_to(cards, "split")
    await cards.all_at_once()
    assert cards.account.of("transfer") == [], "what was sold before stays as it was"
    order, _ = await sold(cards)
    assert await cards.held(AccountKind.STRIPE_BALANCE) == OWN
    await set_to(cards, "collect")
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert await cards.held(AccountKind.STRIPE_BALANCE) == 0, "what was sent is taken back all the same"
    await cards.sound()


async def test_store_without_suppliers_accounts_sends_the_cooperative_all_but_the_fee(cards: Cards) -> None:
    await receive_alone(cards)
    await set_to(cards, "split")
    await sold(cards)
    assert await standing(cards) == (0, 92_150)
    await cards.sound()


async def test_refund_made_at_stripe_itself_takes_the_cooperatives_part_back_and_no_share(cards: Cards) -> None:
    await receive(cards)
    _, charge = await sold(cards)
    cards.account.create_refund({"charge": charge["id"], "amount": "1900000"})
    await cards.all_at_once()
    assert await standing(cards) == (-19_000 + 13_630, OWN - 13_630)
    assert len(cards.account.of("transfer_reversal")) == 1
    await cards.sound()


async def test_part_that_was_taken_back_at_stripe_itself_is_in_clearing_again(cards: Cards) -> None:
    await receive(cards)
    await sold(cards)
    (sent,) = await own_transfers(cards)
    cards.account.reverse_transfer(sent["id"], {"amount": "1000000"})
    await cards.all_at_once()
    assert ("transfer.reversed", "taken back, the cooperative's") in await cards.outcomes()
    assert await standing(cards) == (10_000, OWN - 10_000)
    await cards.sound()
