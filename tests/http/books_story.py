"""The commands of the books, as test_commands_once tells them: statements, differences, a provider, a day closed."""

import base64
from datetime import timedelta
from typing import Any

from marketplace import clock
from marketplace.formats.dates import WIB, day_of
from tests.http.commands_story import Story
from tests.orders.counter_shop import Shop
from tests.reconciliation.provider import SECRET
from tests.reconciliation.statements import bank_file, line_ids

STORE = "/api/v1/stores/current"


async def tell_books(story: Story, shop: Shop) -> None:
    """A statement is imported and worked through, then yesterday is closed."""
    manager: dict[str, Any] = {"token": shop.tokens["store_manager"]}
    await tell_statement(story, manager)
    provider = {"provider": "contohpay", "partner_id": "GERAI-UJI", "secret": SECRET}
    path = f"{STORE}/qris-provider"
    await story.tell("PUT", path, provider, **manager, other={**provider, "secret": SECRET + "x"})
    await story.tell("DELETE", path, **manager)
    yesterday = day_of(clock.now(), WIB) - timedelta(days=1)
    day = {"through": yesterday.isoformat(), "reason": "Akhir bulan."}
    await story.tell("POST", f"{STORE}/ledger/closings", day, **manager, other={**day, "reason": "Rapat."})


async def tell_statement(story: Story, manager: dict[str, Any]) -> None:
    """One line is the bank's own cost, the other one is explained."""
    sent, other = (
        {"kind": "bank", "file_name": "mutasi.csv", "content_base64": base64.b64encode(content).decode()}
        for content in (bank_file(("BIAYA ADM", -2_500), ("TRF LAIN", 50_000)), bank_file(("TRF LAIN", 60_000)))
    )
    await story.tell("POST", f"{STORE}/statements", sent, **manager, other=other)
    fee, strange = await line_ids()
    path = f"{STORE}/statement-lines/{{line_id:int}}/decision"
    await story.tell("POST", path, {"is_bank_fee": True}, **manager, line_id=fee, other={"payment_id": 1})
    why = {"kind": "line_open", "subject": f"line:{strange}", "note": "Dikembalikan lewat transfer."}
    path = f"{STORE}/differences/explanations"
    await story.tell("POST", path, why, **manager, other={**why, "note": "Titipan rapat anggota."})
