"""Suppliers are sent their part after hand-over, where the store shares; and it is taken back in proportion."""

import random
from datetime import UTC, datetime

import pytest

from marketplace import database
from marketplace.books import book_of
from payments import AccountKind, Money, open_lines
from payments.stripe import connect_account, set_sharing
from payments.stripe.facts import AccountFact
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over
from tests.orders.counter_shop import command

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


async def share(cards: Cards, *, transfers: str = "active") -> tuple[str, Json]:
    """The store shares, and the maker of the chips has an account; the maker's name in the books, and the account."""
    made = cards.account.make_account(transfers=transfers)
    seller_id = (await cards.row("SELECT seller_id FROM product WHERE id = $1", cards.shop.chips))["seller_id"]
    owner = f"organisation:{seller_id}"
    async with database.transaction() as connection:
        fact = AccountFact(account_id=made["id"], may_receive=transfers == "active")
        await connect_account(connection, owner=owner, fact=fact, at=AT)
        assert await set_sharing(
            connection, book=book_of(cards.shop.store_id), sharing="split", at=AT, author="person:1"
        )
    return owner, made


async def test_supplier_is_sent_exactly_what_the_sale_owes_them(cards: Cards) -> None:
    owner, account = await share(cards)
    order, _, charge = await cards.paid()
    assert cards.account.of("transfer") == [], "nothing is shared before the goods are handed over"
    await hand_over(cards, order)
    # Two packets at Rp 15.000, of which the store keeps a fifth.
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 24_000
    await cards.all_at_once()
    (transfer,) = cards.account.of("transfer")
    assert (transfer["amount"], transfer["destination"], transfer["source_transaction"]) == (
        2_400_000,
        account["id"],
        charge["id"],
    )
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 0
    async with database.connection() as connection:
        assert await open_lines(connection, book=book_of(cards.shop.store_id)) == (), "no settlement pays it again"
    await cards.sound()


async def test_refunds_take_the_share_back_in_proportion_and_in_the_end_all_of_it(cards: Cards) -> None:
    owner, account = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    backs = []
    for rupiah in (33_333, 33_333, 28_334):
        assert (await give_back(cards, order, rupiah)).status_code == 201
        await cards.all_at_once()
        backs.append(24_000 - account["held"] // 100)
        await cards.sound()
    # 24.000 × 33.333 / 95.000 = 8.420,97; after the last rupiah exactly all.
    assert backs == [8_421, 16_842, 24_000]
    assert sum(one["amount"] for one in cards.account.of("transfer_reversal")) == 2_400_000
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 24_000


async def test_refund_after_the_supplier_spent_it_leaves_them_owing(cards: Cards) -> None:
    _, account = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    account["held"] = 0
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    row = await cards.row("SELECT state, outcome FROM gateway_call WHERE purpose = 'reversal'")
    assert row["state"] == "refused"
    assert "balance_insufficient" in row["outcome"]
    assert cards.account.of("refund")[0]["status"] == "succeeded", "the buyer does not wait for it"
    seller = await cards.row("SELECT seller_id FROM product WHERE id = $1", cards.shop.chips)
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, f"organisation:{seller['seller_id']}") == -24_000
    await cards.sound()


async def test_share_that_goes_out_after_the_refund_is_taken_back_at_once(cards: Cards) -> None:
    owner, account = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, times=3))
    await cards.work()
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    assert (len(cards.account.of("transfer")), account["held"]) == (1, 0)
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 0
    await cards.sound()


async def test_part_that_could_not_be_taken_back_is_tried_with_the_next_refund(cards: Cards) -> None:
    _, account = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    held, account["held"] = account["held"], 0
    await give_back(cards, order, 47_500)
    await cards.all_at_once()
    assert cards.account.of("transfer_reversal") == []
    account["held"] = held
    await give_back(cards, order, 47_500)
    await cards.all_at_once()
    assert [one["amount"] for one in cards.account.of("transfer_reversal")] == [2_400_000]
    await cards.sound()


async def test_account_that_lost_its_capability_is_not_sent_and_stays_owed(cards: Cards) -> None:
    owner, account = await share(cards)
    order, _, _ = await cards.paid()
    # Withdrawn without our knowing yet: the call is refused.
    account["capabilities"]["transfers"] = "inactive"
    await hand_over(cards, order)
    await cards.all_at_once()
    assert cards.account.of("transfer") == []
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 24_000
    assert (await cards.row("SELECT state FROM stripe_transfer"))["state"] == "failed"
    cards.account.set_capability(account["id"], "inactive")
    await cards.all_at_once()
    assert ("account.updated", "may not receive") in await cards.outcomes()
    again, _, _ = await cards.paid()
    await hand_over(cards, again)
    await cards.all_at_once()
    assert len(await cards.rows("SELECT FROM stripe_transfer")) == 1, "not even wanted"
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 48_000
    await cards.sound()


async def test_store_that_collects_everything_sends_nothing(cards: Cards) -> None:
    owner, _ = await share(cards)
    async with database.transaction() as connection:
        await set_sharing(connection, book=book_of(cards.shop.store_id), sharing="collect", at=AT, author="person:1")
        with pytest.raises(ValueError, match="sharing is one of"):
            await set_sharing(connection, book="store:1", sharing="half", at=AT, author="person:1")
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    assert cards.account.of("transfer") == []
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 24_000
    await cards.sound()


def test_parts_taken_back_add_up_in_ten_thousand_random_cases() -> None:
    chance = random.Random(20_261_124)  # noqa: S311 - the same cases every time
    for _ in range(10_000):
        whole = chance.randint(1, 2_000_000)
        weights = [chance.randint(0, whole) for _ in range(chance.randint(1, 6))] + [1]
        shares = Money(whole).split(weights)
        assert Money.total(shares) == Money(whole)
        for weight, part in zip(weights, shares, strict=True):
            assert abs(part.rupiah * sum(weights) - whole * weight) < sum(weights)
        # Refunded in random parts, each share has come back wholly in the end and never too much on the way.
        taken, refunded = [0] * len(shares), 0
        while refunded < whole:
            refunded += chance.randint(1, whole - refunded)
            for position, part in enumerate(shares):
                back = part.split((refunded, whole - refunded))[0].rupiah - taken[position]
                assert back >= 0
                taken[position] += back
        assert taken == [part.rupiah for part in shares]


async def test_share_on_its_way_is_paid_by_no_settlement_run(cards: Cards) -> None:
    """Stripe may have sent it though its answer was lost: paid in cash meanwhile the supplier would have it twice."""
    owner, _ = await share(cards)
    supplier, manager = owner.removeprefix("organisation:"), cards.shop.tokens["store_manager"]
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/transfers", after_commit=True, times=1))
    await hand_over(cards, order)
    await cards.work()
    assert len(cards.account.of("transfer")) == 1
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 24_000, "we do not know yet that it went"
    path = f"/api/v1/stores/current/payables/{supplier}"
    shown = (await cards.client.get(path, headers={"authorization": f"Bearer {manager}"})).json()
    assert (shown["owed_rupiah"], shown["due_rupiah"]) == (24_000, 0)
    assert [(line["amount_rupiah"], line["is_being_sent"]) for line in shown["lines"]] == [(24_000, True)]
    proposed = await cards.client.post("/api/v1/stores/current/settlements", json={}, headers=command(manager))
    assert (proposed.status_code, proposed.json()["code"]) == (409, "nothing_due")
    await cards.all_at_once()
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 0
    await cards.sound()
