"""The commands of money, as test_commands_once tells them: ways to pay, payments that wait, money that goes back."""

from typing import Any

from tests.http.commands_story import Story
from tests.orders.counter_shop import Shop, add_person
from tests.payments.test_qris import STATIC, changed

V1 = "/api/v1"
STORE = f"{V1}/stores/current"
ORDER = f"{STORE}/orders/{{code:str}}"


async def tell_channels(story: Story, shop: Shop) -> None:
    """The store takes QRIS and transfers; a way that is stopped is set up again."""
    manager: dict[str, Any] = {"token": shop.tokens["store_manager"]}
    bank = {"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"}
    await story.tell("PUT", f"{STORE}/channels/transfer", bank, **manager, other={**bank, "bank": "BRI"})
    other = {"payload": changed("59", "KKMP LAIN")}
    await story.tell("PUT", f"{STORE}/channels/qris", {"payload": STATIC}, **manager, other=other)
    for way in ("qris", "transfer"):
        await story.tell("DELETE", f"{STORE}/channels/{way}", **manager)
    await story.tell("PUT", f"{STORE}/channels/transfer", bank, **manager, other={**bank, "bank": "BRI"})
    await story.tell("PUT", f"{STORE}/channels/qris", {"payload": STATIC}, **manager, other=other)


async def tell_waiting_payment(story: Story, shop: Shop, order: dict[str, Any], buyer: str) -> None:
    """The buyer begins by QRIS, the cashier by transfer; the QRIS is confirmed."""
    qris, transfer = {"method": "qris"}, {"method": "transfer"}
    own = f"{V1}/orders/{{tracking_token:str}}/payments"
    started = await story.tell("POST", own, qris, token=buyer, tracking_token=order["tracking_token"], other=transfer)
    counter: dict[str, Any] = {"token": shop.tokens["cashier"], "code": order["code"]}
    await story.tell("POST", f"{ORDER}/payments", transfer, **counter, other=qris)
    seen = {"reference": "123456789012", "is_handed_over": True}
    await story.tell(
        "POST",
        f"{ORDER}/payments/{{payment_id:int}}/confirmation",
        seen,
        **counter,
        payment_id=started["payment_id"],
        other={**seen, "reference": "123456789013"},
    )


async def tell_returns(story: Story, shop: Shop, code: str) -> None:
    """A return above the limit is asked for, allowed by a second person, and paid out."""
    limit = {"refund_limit_rupiah": 0}
    await story.tell(
        "PUT",
        f"{STORE}/refund-limit",
        limit,
        token=shop.tokens["store_manager"],
        other={"refund_limit_rupiah": 1_000},
    )
    why = {"reason": "Kemasan bocor."}
    cashier = shop.tokens["cashier"]
    asked = await story.tell("POST", f"{ORDER}/returns", why, token=cashier, code=code, other={"reason": "Salah beli."})
    one = f"{STORE}/returns/{{return_id:int}}"
    yes = {"is_approved": True, "note": ""}
    place: dict[str, Any] = {"return_id": asked["return_id"]}
    board = await add_person(shop, "pengurus")
    await story.tell("POST", f"{one}/decision", yes, token=board, **place, other={**yes, "note": "Boleh."})
    await story.tell("POST", f"{one}/payout", {"reference": ""}, token=cashier, **place, other={"reference": "X-1"})


async def tell_counter_order(story: Story, shop: Shop) -> None:
    """A walk-in buyer without cash."""
    wanted = {"lines": [{"listing_id": shop.chips_listing, "quantity": 1}], "expected_rupiah": 15_000, "method": "qris"}
    await story.tell(
        "POST",
        f"{STORE}/counter-orders",
        wanted,
        token=shop.tokens["cashier"],
        other={**wanted, "method": "transfer"},
    )
