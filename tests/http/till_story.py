"""The commands of the till, as test_commands_once tells them: cash that moves, tills handed over, deposits, tabs."""

from typing import Any

from tests.http.commands_story import Story
from tests.orders.counter_shop import PHONE, Shop, add_person
from tests.orders.test_deposits import photo
from tests.patronage.earning import earn_last_year

V1 = "/api/v1"
STORE = f"{V1}/stores/current"


async def tell_till(story: Story, shop: Shop) -> str:
    """A shift moves cash and is handed over, at the second attempt; the token of who has the till then."""
    cashier: dict[str, Any] = {"token": shop.tokens["cashier"]}
    await story.tell("POST", f"{V1}/shifts", {"float_rupiah": 20_000}, **cashier, other={"float_rupiah": 30_000})
    for way in ("drops", "refills"):
        moved = {"amount_rupiah": 5_000, "reason": "Uang receh."}
        await story.tell(
            "POST", f"{V1}/shifts/current/{way}", moved, **cashier, other={**moved, "amount_rupiah": 6_000}
        )
    counted, other = {"counted_rupiah": 20_000}, {"counted_rupiah": 21_000}
    one = f"{STORE}/handovers/{{handover_id:int}}"
    offers = f"{V1}/shifts/current/handovers"
    first = await story.tell("POST", offers, counted, **cashier, other=other)
    await story.tell(
        "POST", f"{one}/withdrawal", **cashier, handover_id=first["handover_id"], other={"handover_id": 999}
    )
    second = await story.tell("POST", offers, counted, **cashier, other=other)
    following = await add_person(shop, "cashier")
    taken = await story.tell(
        "POST", f"{one}/count", counted, token=following, handover_id=second["handover_id"], other=other
    )
    assert (taken["state"], taken["next_shift_id"] > taken["shift_id"]) == ("done", True)
    return following


async def tell_deposits(story: Story, shop: Shop) -> None:
    """Cash is brought to the bank; a second person sees it on the account."""
    carrier: dict[str, Any] = {"token": shop.tokens["store_manager"]}
    cash = {"amount_rupiah": 10_000}
    made = await story.tell("POST", f"{STORE}/deposits", cash, **carrier, other={"amount_rupiah": 11_000})
    place = {"deposit_id": made["deposit_id"]}
    one = f"{STORE}/deposits/{{deposit_id:int}}"
    await story.tell("PUT", f"{one}/slip", photo("white"), **carrier, **place, other=photo("grey"))
    arrived, lost = {"has_arrived": True}, {"has_arrived": False, "reason": "Bank tutup."}
    board = await add_person(shop, "pengurus")
    decided = await story.tell("POST", f"{one}/decision", arrived, token=board, **place, other=lost)
    assert decided["state"] == "arrived"


async def tell_tabs(story: Story, shop: Shop, code: str, cashier: str) -> None:
    """A member, who has PHONE, takes an order on trust and pays some of it back to a cashier with an open shift."""
    limit = {"member_phone": PHONE, "limit_rupiah": 100_000}
    manager = shop.tokens["store_manager"]
    await story.tell("PUT", f"{STORE}/tabs", limit, token=manager, other={**limit, "limit_rupiah": 200_000})
    trust = {"member_phone": PHONE, "is_handed_over": True}
    path = f"{STORE}/orders/{{code:str}}/tab"
    await story.tell("POST", path, trust, token=cashier, code=code, other={**trust, "is_handed_over": False})
    cash = {"amount_rupiah": 10_000, "tendered_rupiah": 20_000}
    await story.tell(
        "POST",
        f"{STORE}/tabs/{{person_id:int}}/repayments",
        cash,
        token=cashier,
        person_id=shop.people["member"],
        other={**cash, "amount_rupiah": 11_000},
    )


async def tell_patronage(story: Story, shop: Shop, cashier: str) -> None:
    """The same member is given a share of last year's earnings; it is taken for the tab and paid out in cash."""
    year = await earn_last_year(shop.store_id)
    first, second = await add_person(shop, "pengurus"), await add_person(shop, "pengurus")
    one: dict[str, Any] = {"person_id": shop.people["member"]}
    given = {"year": year, "document": "RAT 1", "shares": [{**one, "amount_rupiah": 50_000}]}
    path = f"{STORE}/patronage/decisions"
    made = await story.tell("POST", path, given, token=first, other={**given, "document": "RAT 2"})
    yes, no = {"is_approved": True, "note": ""}, {"is_approved": False, "note": "Keliru."}
    place = {"decision_id": made["decision_id"]}
    await story.tell("POST", f"{path}/{{decision_id:int}}/decision", yes, token=second, **place, other=no)
    for_tab = {"amount_rupiah": 1_000, "is_agreed": True}
    await story.tell(
        "POST",
        f"{STORE}/tabs/{{person_id:int}}/patronage-repayments",
        for_tab,
        token=cashier,
        **one,
        other={**for_tab, "amount_rupiah": 2_000},
    )
    cash = {"amount_rupiah": 1_000}
    path = f"{STORE}/patronage/members/{{person_id:int}}/payouts"
    await story.tell("POST", path, cash, token=cashier, **one, other={"amount_rupiah": 2_000})
