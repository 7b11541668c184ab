"""What a settlement run waits for, told on the home of the cooperative."""

from marketplace import orders
from marketplace.actor import Actor
from marketplace.database import Connection
from marketplace.http.policy import STORE_MANAGERS
from marketplace.settlement import store


async def settlement_tasks(connection: Connection, actor: Actor) -> list[orders.HomeTask]:
    """The store's open run: to be approved by anybody but its proposer, then to be paid."""
    if actor.require_hat().role not in STORE_MANAGERS:
        return []
    run = await store.find_open_run(connection, actor.require_store())
    if run is None:
        return []
    if run["state"] == "approved":
        sentence = "Pelunasan pemasok disetujui, tinggal dibayar"
    elif run["proposed_by"] == actor.require_person():
        sentence = "Pelunasan yang Anda ajukan menunggu orang kedua"
    else:
        sentence = "Pelunasan pemasok menunggu persetujuan Anda"
    return [orders.HomeTask(sentence=sentence, href=f"/koperasi/pelunasan/{run['id']}", icon="hand-coins")]
