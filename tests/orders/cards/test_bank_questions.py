"""A buyer's bank may ask about a payment before it takes any money: an inquiry ("warning" in Stripe's words)."""

from payments import AccountKind
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import give_back, hand_over


async def reasons(cards: Cards, order: dict[str, object]) -> list[str]:
    rows = await cards.rows(
        "SELECT reason FROM order_history JOIN orders ON orders.id = order_history.order_id"
        " WHERE orders.code = $1 AND (reason LIKE 'Bank %' OR reason LIKE '%engketa%') ORDER BY order_history.id",
        order["code"],
    )
    return [row["reason"] for row in rows]


async def test_question_of_a_bank_holds_nothing_and_the_store_is_told_once(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    before = await cards.held(AccountKind.STRIPE_CLEARING)
    dispute = cards.account.ask_about(charge["id"])
    cards.account.end_asking(dispute["id"])
    await cards.all_at_once()
    assert await cards.held(AccountKind.STRIPE_CLEARING) == before
    assert await cards.rows("SELECT FROM payment_dispute") == []
    assert await reasons(cards, order) == ["Bank pembeli menanyakan pembayaran kartu ini; uangnya belum ditahan"]
    await cards.sound()


async def test_money_may_go_back_to_the_card_while_its_bank_only_asks(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    await hand_over(cards, order)
    cards.account.ask_about(charge["id"])
    await cards.all_at_once()
    assert (await give_back(cards, order, 20_000)).status_code == 201
    await cards.all_at_once()
    assert cards.account.get(charge["id"])["amount_refunded"] == 2_000_000
    await cards.sound()


async def test_bank_that_takes_the_money_after_asking_is_a_dispute_like_any_other(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    dispute = cards.account.ask_about(charge["id"])
    await cards.all_at_once()
    cards.account.take_after_asking(dispute["id"])
    await cards.all_at_once()
    assert await cards.held(AccountKind.DISPUTE_HOLD, f"dispute:{await dispute_id(cards)}") == 95_000
    await cards.sound()
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    assert await reasons(cards, order) == [
        "Bank pembeli menanyakan pembayaran kartu ini; uangnya belum ditahan",
        "Pembeli menyengketakan pembayaran kartu; uangnya ditahan Stripe",
        "Sengketa dimenangkan; uangnya kembali",
    ]
    await cards.sound()


async def test_news_of_an_open_dispute_is_written_down_once(cards: Cards) -> None:
    order, _, charge = await cards.paid()
    cards.account.open_dispute(charge["id"])
    await cards.all_at_once()
    news = [outcome for kind, outcome in await cards.outcomes() if kind.startswith("charge.dispute.")]
    assert news == ["dispute open", "dispute open already"]
    assert await reasons(cards, order) == ["Pembeli menyengketakan pembayaran kartu; uangnya ditahan Stripe"]
    await cards.sound()


async def dispute_id(cards: Cards) -> int:
    return int((await cards.row("SELECT id FROM payment_dispute"))["id"])
