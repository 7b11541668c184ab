"""How much of one order goes back by one person alone: the store's limit, for all its returns together.

Each return by itself would be no limit: whoever may give back a little presses as often as it takes.
"""

from marketplace.books import payable_of
from marketplace.database import Connection
from marketplace.ids import OrderId, StoreId
from marketplace.orders import return_store
from payments import given_back


async def may_give_back_alone(
    connection: Connection, *, store_id: StoreId, order_id: OrderId, amount_rupiah: int
) -> bool:
    """Whether so much more of an order, whose lock the caller holds, may go back without a second person."""
    so_far = await given_back(connection, payable=payable_of(order_id))
    return so_far.rupiah + amount_rupiah <= await return_store.find_refund_limit(connection, store_id)
