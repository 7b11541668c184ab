"""The cooperative's own account as its people and the worker see it: opened, fetched, shown, held against the book."""

from marketplace.bookkeeping.names import event_name
from payments import AccountKind, accounts
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_card_pages import said
from tests.orders.cards.test_closed_days import assert_late, close_yesterday
from tests.orders.cards.test_giving_back import give_back
from tests.orders.cards.test_own_part import OWN, own_transfers, receive, set_to, sold, standing
from tests.orders.cards.test_reconciling import differences, read, strange
from tests.orders.counter_shop import browser, press

ACCOUNT_PAGE = "/koperasi/pelunasan/stripe"


async def test_manager_opens_the_account_fills_it_in_and_is_sent_the_part(cards: Cards) -> None:
    await set_to(cards, "split")
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = await manager.get("/koperasi/cara-bayar")
        assert "Akun koperasi belum boleh menerima" in said(page)
        page = await manager.get(ACCOUNT_PAGE)
        assert "bagian koperasi tetap dicairkan lewat akun platform" in said(page)
        opened = await press(manager, page, ACCOUNT_PAGE)
        assert opened.status_code == 303, opened.text
        (account,) = cards.account.of("account")
        cards.own_account = account["id"]
        await sold(cards)
        assert await own_transfers(cards) == [], "the form is not filled in"
        # Its owner fills it in; coming back fetches it.
        cards.account.onboard(account["id"])
        cards.account.events.clear()
        await manager.get(f"{ACCOUNT_PAGE}/kembali")
        shown = said(await manager.get(ACCOUNT_PAGE))
        assert "Boleh menerima transfer" in shown
        assert "sisa uang kartu sesudah bagian pemasok dikirim ke akun ini" in shown
        assert "Akun koperasi boleh menerima" in said(await manager.get("/koperasi/cara-bayar"))
        await sold(cards)
        assert await standing(cards) == (92_150, 92_150)
        assert "Rp 92.150" in said(await manager.get(ACCOUNT_PAGE))
    await cards.sound()


async def test_event_of_the_account_itself_says_what_it_may(cards: Cards) -> None:
    account = await receive(cards, transfers="pending")
    cards.account.set_capability(account["id"], "active")
    assert cards.account.events[-1]["account"] == account["id"]
    await cards.all_at_once()
    assert ("account.updated", "may receive") in await cards.outcomes()
    await sold(cards)
    assert await standing(cards) == (0, OWN)
    rows = await cards.rows("SELECT event FROM ledger_transfer WHERE event LIKE 'own.%' OR event LIKE 'share.%'")
    assert {event_name(row["event"], "id") for row in rows} == {
        "Bagian koperasi dikirim",
        "Bagian pemasok dikirim",
    }


async def test_store_that_does_not_share_says_so(cards: Cards) -> None:
    await receive(cards)
    await set_to(cards, "collect")
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        assert "semua uang kartu dicairkan lewat akun platform" in said(await manager.get(ACCOUNT_PAGE))
        assert "Akun koperasi" not in said(await manager.get("/koperasi/cara-bayar"))


async def test_part_that_stripe_would_not_take_back_is_shown_with_its_order(cards: Cards) -> None:
    await receive(cards)
    order, _ = await sold(cards)
    cards.account.pay_out_of(cards.own_account)
    assert (await give_back(cards, order)).status_code == 201
    await cards.all_at_once()
    async with browser(cards.app, cards.shop.tokens["store_manager"]) as manager:
        page = said(await manager.get(ACCOUNT_PAGE))
    assert "Stripe tidak dapat menarik kembali bagian koperasi" in page
    assert f'href="/koperasi/pesanan/{order["code"]}"' in page
    assert "Rp 68.150" in page
    async with browser(cards.app, cards.shop.tokens["cashier"]) as cashier:
        assert "Saldo Stripe koperasi" not in said(await cashier.get(ACCOUNT_PAGE)), "the books are not the cashier's"


async def test_movements_of_the_account_are_kept_once_and_match(cards: Cards) -> None:
    await receive(cards)
    order, charge = await sold(cards)
    await give_back(cards, order, 33_333)
    await cards.all_at_once()
    dispute = cards.account.open_dispute(charge["id"], amount=1_000_000)
    await cards.all_at_once()
    cards.account.close_dispute(dispute["id"], is_won=True)
    await cards.all_at_once()
    payout = cards.account.pay_out_of(cards.own_account)
    await cards.all_at_once()
    cards.account.fail_payout(payout["id"])
    await cards.all_at_once()
    ours, own = len(cards.account.transactions), len(cards.account.moved_at[cards.own_account])
    assert await read(cards) == ours + own
    assert await read(cards) == 0
    assert (await differences(cards), await strange(cards)) == ([], [])
    kept = await cards.rows("SELECT kind FROM stripe_balance_transaction WHERE account_id = $1", cards.own_account)
    assert {row["kind"] for row in kept} == {"payment", "payment_refund", "payout", "payout_failure"}
    assert not [kind for kind, _ in await cards.outcomes() if kind.endswith(".listed")], "nothing was missing"
    await cards.sound()


async def test_what_the_book_has_of_the_account_and_stripe_does_not_is_a_difference(cards: Cards) -> None:
    await receive(cards)
    order, _ = await sold(cards)
    await cards.type_wrong(order, accounts.STRIPE_BALANCE, rupiah=700)
    await read(cards)
    (found,) = await differences(cards)
    assert (found.kind, found.about, found.amount_sen) == ("stripe_own", order["code"], 70_000)


async def test_payout_of_the_account_that_nobody_told_of_is_found_in_its_list(cards: Cards) -> None:
    await receive(cards)
    await sold(cards)
    payout = cards.account.pay_out_of(cards.own_account)
    cards.account.events.clear()
    await read(cards)
    assert ("payout.listed", "payout of 1 stores") in await cards.outcomes()
    assert await cards.held(AccountKind.BANK, "stripe") == OWN
    cards.account.fail_payout(payout["id"])
    cards.account.events.clear()
    await read(cards)
    await read(cards)
    assert await standing(cards) == (0, OWN)
    await cards.sound()


async def test_account_that_stripe_does_not_show_us_any_more_keeps_nothing_else_from_being_read(cards: Cards) -> None:
    await receive(cards)
    await sold(cards)
    cards.account.forget_account(cards.own_account)
    assert await read(cards) == len(cards.account.transactions)
    assert await differences(cards) == [], "what was not read is no difference"


async def test_payout_of_the_account_on_a_closed_day_is_booked_today(cards: Cards) -> None:
    await receive(cards)
    await sold(cards)
    cards.account.pay_out_of(cards.own_account)
    await close_yesterday(cards)
    await cards.deliver()
    await cards.work()
    await assert_late(cards, "payout.paid")
    await cards.sound()
