"""The commands of settlement, as test_commands_once tells them: terms, holds, disputes, a run and what it pays."""

from typing import Any

from marketplace import clock, database
from marketplace.formats.dates import WIB, day_of
from tests.http.commands_story import Story
from tests.orders.counter_shop import Shop, add_person
from tests.orders.people import make_signed_in

V1 = "/api/v1"
STORE = f"{V1}/stores/current"
SELLER = f"{V1}/sellers/current"


async def tell_settlement(story: Story, shop: Shop) -> None:
    """What is owed to the seller of chips that were sold is agreed, stopped, and paid in part."""
    async with database.connection() as connection:
        seller_id = await connection.fetchval("SELECT seller_id FROM product WHERE id = $1", shop.chips)
        _, seller = await make_signed_in(connection, role="seller_owner", organisation_id=seller_id)
    manager = shop.tokens["store_manager"]
    terms = {"rule": "in_days", "days": 7}
    owed: dict[str, Any] = {"token": manager, "supplier_id": seller_id}
    one = f"{STORE}/payables/{{supplier_id:int}}"
    await story.tell("PUT", f"{one}/terms", terms, **owed, other={**terms, "days": 14})
    await tell_holds(story, shop, seller_id, seller)
    account = {"bank": "Bank BJB", "number": "0012345678901", "holder": "Bu Minah"}
    await story.tell("PUT", f"{SELLER}/payout-account", account, token=seller, other={**account, "bank": "BRI"})
    await tell_run(story, shop)


async def tell_holds(story: Story, shop: Shop, seller_id: int, seller: str) -> None:
    """The store holds a line and releases it; then the seller disputes it, and the store answers."""
    manager: dict[str, Any] = {"token": shop.tokens["store_manager"]}
    shown = await story.client.get(
        f"{STORE}/payables/{seller_id}", headers={"authorization": f"Bearer {manager['token']}"}
    )
    source = shown.json()["lines"][0]["source"]
    why, other = {"source": source, "reason": "Kemasan bocor."}, {"source": source, "reason": "Jumlahnya lain."}
    path = f"{STORE}/payables/{{supplier_id:int}}/holds"
    held = await story.tell("POST", path, why, **manager, supplier_id=seller_id, other=other)
    path = f"{SELLER}/receivables/{{store_id:int}}/disputes"
    release = f"{STORE}/holds/{{hold_id:int}}/release"
    note, otherwise = {"note": "Sudah diganti."}, {"note": "Keliru."}
    await story.tell("POST", release, note, **manager, hold_id=held["hold_id"], other=otherwise)
    disputed = await story.tell("POST", path, why, token=seller, store_id=shop.store_id, other=other)
    await story.tell("POST", release, note, **manager, hold_id=disputed["hold_id"], other=otherwise)


async def tell_run(story: Story, shop: Shop) -> None:
    """A run is proposed, approved by a second person, paid in part and ended."""
    manager: dict[str, Any] = {"token": shop.tokens["store_manager"]}
    today = {"due_on": day_of(clock.now(), WIB).isoformat()}
    made = await story.tell("POST", f"{STORE}/settlements", today, **manager, other={"due_on": "2026-01-01"})
    place = {"run_id": made["run_id"]}
    one = f"{STORE}/settlements/{{run_id:int}}"
    yes, no = {"is_approved": True, "note": ""}, {"is_approved": False, "note": "Tunggu laporan."}
    board = await add_person(shop, "pengurus")
    await story.tell("POST", f"{one}/decision", yes, token=board, **place, other=no)
    run = await story.client.get(
        f"{STORE}/settlements/{made['run_id']}", headers={"authorization": f"Bearer {manager['token']}"}
    )
    paid = {"part": 1, "amount_rupiah": 1_000, "method": "cash", "reference": ""}
    await story.tell(
        "POST",
        f"{one}/entries/{{entry_id:int}}/payments",
        paid,
        **manager,
        **place,
        entry_id=run.json()["entries"][0]["entry_id"],
        other={**paid, "amount_rupiah": 2_000},
    )
    await story.tell("POST", f"{one}/closing", {"note": "Kas habis."}, **manager, **place, other={"note": "Lain."})
