"""The commands of documents and taxes, as test_commands_once tells them."""

from datetime import timedelta

from marketplace import clock
from tests.http.commands_story import Story
from tests.orders.counter_shop import Shop, add_person

STORE = "/api/v1/stores/current"


async def tell_documents(story: Story, shop: Shop, code: str, operator: str) -> None:
    """An unpaid order gets its invoice; the board and the operator switch a tax on for a day ahead."""
    buyer = {"buyer_name": "Warung Uji"}
    path = f"{STORE}/orders/{{code:str}}/invoice"
    await story.tell("POST", path, buyer, token=shop.tokens["cashier"], code=code, other={"buyer_name": "Warung Lain"})
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    setting = {"tax": "ppn", "is_on": True, "effective_on": day, "reference": "S-1/PKP/2026"}
    board = await add_person(shop, "pengurus")
    await story.tell("POST", f"{STORE}/taxes", setting, token=board, other={**setting, "tax": "pph22"})
    for_all = {"is_on": True, "effective_on": day, "reference": "KEP-7/PJ/2026"}
    await story.tell("POST", "/api/v1/platform/taxes", for_all, token=operator, other={**for_all, "is_on": False})
