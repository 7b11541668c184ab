"""Suppliers of a settlement run are paid by transfers at Stripe: once, however the network and the machine behave."""

import asyncio
from typing import Any

import httpx
import pytest

from marketplace import database
from marketplace.settlement import supplier_calls
from marketplace.settlement.send_entry import SendEntry, keep_sent, send_entry
from payments import AccountKind
from payments.stripe import connect_account
from payments.stripe.facts import AccountFact
from tests.fakes.stripe import Fault
from tests.fakes.stripe.state import Json
from tests.killing import kill_after
from tests.orders.cards.cards import Cards
from tests.orders.cards.test_giving_back import hand_over
from tests.orders.cards.test_sharing import AT, share
from tests.orders.counter_shop import browser, command, press
from tests.orders.people import make_signed_in
from tests.settlement.settling import actor_of, assert_sound, once

OWED = 24_000
SETTLEMENTS = "/api/v1/stores/current/settlements"


class Paying:
    """A store that owes the maker of the chips for a sale by card, in an approved run of one entry."""

    def __init__(self, cards: Cards, owner: str, account: Json, manager: str, board: str) -> None:
        self.cards, self.owner, self.account, self.manager, self.board = cards, owner, account, manager, board
        self.run_id = self.entry_id = 0

    async def ask(self, path: str, *, token: str = "", **body: Any) -> httpx.Response:
        """A command of the manager's below the settlements, or of somebody else's."""
        return await self.cards.client.post(f"{SETTLEMENTS}{path}", json=body, headers=command(token or self.manager))

    async def propose(self) -> httpx.Response:
        """Propose a run of all that is due."""
        return await self.ask("")

    async def approved(self) -> None:
        """A run of all that is due, approved."""
        made = await self.propose()
        assert made.status_code == 201, made.text
        self.run_id = made.json()["run_id"]
        decided = await self.ask(f"/{self.run_id}/decision", token=self.board, is_approved=True)
        assert decided.status_code == 200, decided.text
        self.entry_id = (await self.entry())["entry_id"]

    async def run(self) -> Json:
        """The run as the manager sees it."""
        headers = {"authorization": f"Bearer {self.manager}"}
        return (await self.cards.client.get(f"{SETTLEMENTS}/{self.run_id}", headers=headers)).json()

    async def entry(self) -> Json:
        """Its one supplier."""
        (entry,) = (await self.run())["entries"]
        return entry

    async def send(self, **body: Any) -> httpx.Response:
        """Pay by Stripe; part 1 of all that is left unless told otherwise."""
        return await self.ask(f"/{self.run_id}/entries/{self.entry_id}/stripe-transfers", **({"part": 1} | body))

    async def pay_in_cash(self, **body: Any) -> httpx.Response:
        """Pay out of the safe."""
        return await self.ask(f"/{self.run_id}/entries/{self.entry_id}/payments", **({"part": 1} | body))

    async def owed(self) -> int:
        """What the book owes the supplier."""
        return await self.cards.held(AccountKind.SUPPLIER_PAYABLE, self.owner)

    async def sound(self) -> None:
        """Both books hold and agree; remittances are numbered without gaps."""
        await self.cards.sound()
        await assert_sound()


async def make_paying(cards: Cards) -> Paying:
    """Make them."""
    account = cards.account.make_account()
    seller_id = (await cards.row("SELECT seller_id FROM product WHERE id = $1", cards.shop.chips))["seller_id"]
    async with database.transaction() as connection:
        await connect_account(
            connection,
            owner=f"organisation:{seller_id}",
            fact=AccountFact(account_id=account["id"], may_receive=True),
            at=AT,
        )
        _, board = await make_signed_in(connection, role="pengurus", organisation_id=cards.shop.cooperative_id)
    made = Paying(cards, f"organisation:{seller_id}", account, cards.shop.tokens["store_manager"], board)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await made.approved()
    return made


@pytest.fixture
async def paying(cards: Cards) -> Paying:
    return await make_paying(cards)


async def test_entry_is_paid_by_one_transfer_and_its_remittance_says_so(paying: Paying) -> None:
    assert (await paying.entry())["may_send"] is True
    sent = await paying.send()
    assert sent.status_code == 201, sent.text
    assert (await paying.entry())["sending"] == {"state": "sending", "amount_rupiah": OWED, "failure": ""}
    assert await paying.owed() == OWED, "nothing is booked before Stripe has answered"
    await paying.cards.all_at_once()
    (transfer,) = paying.cards.account.of("transfer")
    assert (transfer["amount"], transfer["destination"]) == (OWED * 100, paying.account["id"])
    run = await paying.run()
    assert run["state"] == "done"
    (payment,) = run["entries"][0]["payments"]
    assert payment == {"number": 1, "method": "stripe", "amount_rupiah": OWED}
    remittance = await paying.cards.client.get(
        "/api/v1/stores/current/remittances/1", headers={"authorization": f"Bearer {paying.manager}"}
    )
    assert remittance.json()["reference"] == transfer["id"]
    assert [line["amount_rupiah"] for line in remittance.json()["lines"]] == [OWED]
    assert await paying.owed() == 0
    await paying.sound()


async def test_part_is_sent_and_the_rest_afterwards(paying: Paying) -> None:
    assert (await paying.send(amount_rupiah=10_000)).status_code == 201
    await paying.cards.all_at_once()
    assert (await paying.send(part=2, amount_rupiah=14_001)).status_code == 422
    assert (await paying.send(part=2)).json()["amount_rupiah"] == 14_000
    await paying.cards.all_at_once()
    assert [one["amount"] for one in paying.cards.account.of("transfer")] == [1_000_000, 1_400_000]
    assert await paying.owed() == 0
    await paying.sound()


async def test_nothing_else_pays_an_entry_while_its_transfer_is_under_way(paying: Paying) -> None:
    answers = await asyncio.gather(*(paying.send() for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    for refused in (
        await paying.send(),
        await paying.pay_in_cash(),
        await paying.ask(f"/{paying.run_id}/closing", note="x"),
    ):
        assert refused.status_code == 409
        assert refused.json()["code"] == "settlement_transfer_under_way"
    assert (await paying.entry())["payable_rupiah"] == 0
    await paying.cards.all_at_once()
    assert len(paying.cards.account.of("transfer")) == 1
    assert (await paying.pay_in_cash()).json()["code"] == "settlement_paid"
    await paying.sound()


@pytest.mark.parametrize("status", [None, 500])
async def test_reply_to_a_transfer_that_is_lost_pays_once(paying: Paying, status: int | None) -> None:
    fault = Fault(part="POST /v1/transfers", after_commit=True, status=status, times=2)
    paying.cards.account.faults.append(fault)
    await paying.send()
    await paying.cards.all_at_once()
    assert len(paying.cards.account.of("transfer")) == 1
    assert await paying.owed() == 0
    assert [one["number"] for one in (await paying.entry())["payments"]] == [1]
    await paying.sound()


async def test_killed_between_the_answer_and_the_commit_pays_once(
    paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(**_: Any) -> str:
        message = "the machine stops"
        raise RuntimeError(message)

    await paying.send()
    with monkeypatch.context() as patched:
        patched.setattr(supplier_calls, "keep_sent", killed)
        await paying.cards.work()
    assert len(paying.cards.account.of("transfer")) == 1
    assert await paying.owed() == OWED
    await paying.cards.all_at_once()
    assert len(paying.cards.account.of("transfer")) == 1
    assert await paying.owed() == 0
    await paying.sound()


async def test_killed_after_any_statement_of_wanting_or_keeping_changes_nothing(paying: Paying) -> None:
    manager = await actor_of(paying.manager)
    killed = 0
    for at in range(1, 60):
        pressed = send_entry(paying.run_id, paying.entry_id, SendEntry(part=1), actor=manager, once=once())
        if await kill_after(pressed, at) is None:
            break
        killed += 1
        assert await paying.cards.rows("SELECT FROM stripe_transfer") == []
        assert await paying.cards.rows("SELECT FROM settlement_sending") == []
    assert killed >= 12
    # The last one was not killed: the transfer is wanted. Its answer is kept under the same threat.
    row = await paying.cards.row("SELECT id FROM stripe_transfer")
    killed = 0
    for at in range(1, 60):
        if await kill_after(keep_sent(transfer_id=row["id"], gateway_id="tr_kept"), at) is None:
            break
        killed += 1
        assert await paying.owed() == OWED
        assert await paying.cards.rows("SELECT FROM settlement_payment") == []
    assert killed >= 10
    assert await paying.owed() == 0
    assert await keep_sent(transfer_id=row["id"], gateway_id="tr_kept") == "kept already"
    await assert_sound()


async def test_transfer_that_stripe_refuses_leaves_the_entry_open_and_says_why(paying: Paying) -> None:
    # Withdrawn without our knowing yet.
    paying.account["capabilities"]["transfers"] = "inactive"
    await paying.send()
    await paying.cards.all_at_once()
    entry = await paying.entry()
    assert entry["sending"]["failure"] == "Akun Stripe pemasok belum boleh menerima transfer."
    assert (entry["sending"]["state"], entry["payable_rupiah"], entry["paid_rupiah"]) == ("failed", OWED, 0)
    assert await paying.owed() == OWED
    async with browser(paying.cards.app, paying.manager) as manager:
        page = await manager.get(f"/koperasi/pelunasan/{paying.run_id}/bayar/{paying.entry_id}")
        assert "tidak terkirim: Akun Stripe pemasok belum boleh menerima transfer." in page.text
    # Once we know, it is not even offered; given back, the same part is sent anew.
    paying.cards.account.set_capability(paying.account["id"], "inactive")
    await paying.cards.all_at_once()
    assert (await paying.entry())["may_send"] is False
    refused = await paying.send()
    assert (refused.status_code, refused.json()["code"]) == (409, "supplier_may_not_receive")
    paying.cards.account.set_capability(paying.account["id"], "active")
    await paying.cards.all_at_once()
    assert (await paying.send()).status_code == 201
    await paying.cards.all_at_once()
    assert await paying.owed() == 0
    await paying.sound()


async def test_transfer_taken_back_at_stripe_is_owed_again(paying: Paying) -> None:
    await paying.send()
    await paying.cards.all_at_once()
    (transfer,) = paying.cards.account.of("transfer")
    for taken, left in ((1_000_000, 10_000), (1_400_000, OWED)):
        paying.cards.account.reverse_transfer(transfer["id"], {"amount": taken})
        event = paying.cards.account.events[-1]
        await paying.cards.all_at_once()
        await paying.cards.send({**event, "id": f"{event['id']}_twin"})
        await paying.cards.work()
        assert await paying.owed() == left
        await paying.sound()
    await paying.approved()
    assert (await paying.entry())["amount_rupiah"] == OWED
    assert (await paying.send()).status_code == 201
    await paying.cards.all_at_once()
    assert await paying.owed() == 0
    await paying.sound()


@pytest.mark.parametrize("was_done", [True, False])
async def test_transfer_without_an_answer_for_a_day_is_looked_for_and_not_made_again(
    paying: Paying, *, was_done: bool
) -> None:
    fault = Fault(part="POST /v1/transfers", status=500, after_commit=was_done, times=1_000)
    paying.cards.account.faults.append(fault)
    await paying.send()
    await paying.cards.work()
    # Stripe forgets its keys.
    paying.cards.account.answers.clear()
    await paying.cards.later(24 * 3600)
    assert len(paying.cards.account.of("transfer")) == (1 if was_done else 0)
    assert await paying.owed() == (0 if was_done else OWED)
    entry = await paying.entry()
    assert entry["sending"]["state"] == ("sent" if was_done else "failed")
    paying.cards.account.faults.clear()
    if not was_done:
        assert "selama sehari" in entry["sending"]["failure"]
        assert (await paying.send()).status_code == 201
    await paying.cards.all_at_once()
    assert len(paying.cards.account.of("transfer")) == 1
    assert await paying.owed() == 0
    await paying.sound()


async def test_goods_that_come_back_while_the_transfer_is_under_way_are_taken_off_the_next_one(paying: Paying) -> None:
    await paying.send()
    order = await paying.cards.row("SELECT code FROM orders")
    back = await paying.cards.client.post(
        f"/api/v1/stores/current/orders/{order['code']}/returns",
        json={
            "reason": "Kemasan bocor",
            "method": "stripe",
            "lines": [{"listing_id": paying.cards.shop.chips_listing, "quantity": 1}],
        },
        headers=command(paying.manager),
    )
    assert back.status_code == 201, back.text
    await paying.cards.all_at_once()
    assert await paying.owed() == -12_000
    await paying.sound()


async def test_no_more_is_sent_than_the_store_has_at_stripe(paying: Paying) -> None:
    await paying.cards.client.post(
        f"/api/v1/stores/current/settlements/{paying.run_id}/closing",
        json={"note": "Diulang"},
        headers=command(paying.manager),
    )
    paying.cards.account.pay_out()
    await paying.cards.all_at_once()
    await paying.approved()
    refused = await paying.send()
    assert (refused.status_code, refused.json()["code"]) == (409, "stripe_too_low")
    assert await paying.cards.rows("SELECT FROM stripe_transfer") == []
    await paying.sound()


async def test_sale_whose_share_is_under_way_is_in_no_run_until_the_share_has_ended(cards: Cards) -> None:
    owner, account = await share(cards)
    async with database.transaction() as connection:
        _, board = await make_signed_in(connection, role="pengurus", organisation_id=cards.shop.cooperative_id)
    paying = Paying(cards, owner, account, cards.shop.tokens["store_manager"], board)
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, times=2))
    await hand_over(cards, order)
    await cards.work()
    assert (await paying.propose()).json()["code"] == "nothing_due"
    seller_id = owner.removeprefix("organisation:")
    shown = await cards.client.get(
        f"/api/v1/stores/current/payables/{seller_id}", headers={"authorization": f"Bearer {paying.manager}"}
    )
    (line,) = shown.json()["lines"]
    assert (line["is_being_sent"], shown.json()["due_rupiah"], shown.json()["owed_rupiah"]) == (True, 0, OWED)
    await cards.all_at_once()
    assert await paying.owed() == 0
    assert (await paying.propose()).json()["code"] == "nothing_due"
    # One that fails is the cooperative's to pay again.
    account["capabilities"]["transfers"] = "inactive"
    again, _, _ = await cards.paid()
    await hand_over(cards, again)
    assert (await paying.propose()).json()["code"] == "nothing_due"
    await cards.all_at_once()
    await paying.approved()
    assert (await paying.entry())["amount_rupiah"] == OWED
    await paying.sound()


async def test_share_without_an_answer_for_a_day_is_looked_for_and_its_line_freed(cards: Cards) -> None:
    owner, account = await share(cards)
    order, _, _ = await cards.paid()
    cards.account.faults.append(Fault(part="POST /v1/transfers", status=500, times=1_000))
    await hand_over(cards, order)
    await cards.work()
    await cards.later(24 * 3600)
    assert (await cards.row("SELECT state FROM stripe_transfer"))["state"] == "failed"
    paying = Paying(cards, owner, account, cards.shop.tokens["store_manager"], "")
    assert (await paying.propose()).status_code == 201
    await cards.sound()


async def test_share_taken_back_at_stripe_is_owed_again(cards: Cards) -> None:
    owner, _ = await share(cards)
    order, _, _ = await cards.paid()
    await hand_over(cards, order)
    await cards.all_at_once()
    (transfer,) = cards.account.of("transfer")
    cards.account.reverse_transfer(transfer["id"], {"amount": 400_000})
    await cards.all_at_once()
    assert await cards.held(AccountKind.SUPPLIER_PAYABLE, owner) == 4_000
    await cards.sound()


async def test_manager_pays_by_stripe_on_the_page(paying: Paying) -> None:
    path = f"/koperasi/pelunasan/{paying.run_id}/bayar/{paying.entry_id}"
    async with browser(paying.cards.app, paying.manager) as manager:
        page = await manager.get(path)
        assert 'value="stripe"' in page.text
        pressed = await press(manager, page, path, method="stripe", amount_rupiah="24.000", part="1")
        assert (pressed.status_code, pressed.headers["location"]) == (303, path)
        assert "sedang berjalan" in (await manager.get(path)).text
        assert "Sedang dikirim lewat Stripe" in (await manager.get(f"/koperasi/pelunasan/{paying.run_id}")).text
        await paying.cards.all_at_once()
        assert "Transfer lewat Stripe" in (await manager.get(path)).text
        assert "Transfer lewat Stripe" in (await manager.get("/koperasi/pelunasan/nota/1")).text
    await paying.sound()
