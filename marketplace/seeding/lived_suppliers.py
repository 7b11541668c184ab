"""The pilot and its suppliers: terms, goods bought, a line held, the month's settlement by two persons, closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from marketplace import database
from marketplace.bookkeeping.close_day import close_store_days
from marketplace.ids import ListingId, OrganisationId
from marketplace.inventory.record_stock import receive_goods
from marketplace.inventory.schemas import ReceiveBody
from marketplace.seeding.cast import Cast, once
from marketplace.settlement.errors import NothingDueError
from marketplace.settlement.hold_line import dispute_line, hold_line
from marketplace.settlement.pay_entry import PayEntry, pay_entry
from marketplace.settlement.payout_account import PayoutAccount, save_own_account
from marketplace.settlement.propose_run import decide_run, propose_run
from marketplace.settlement.set_terms import TermsBody, set_terms
from marketplace.settlement.show_payables import show_owed_lines, show_store_payables
from marketplace.settlement.show_run import show_run
from payments import accounts, balance

if TYPE_CHECKING:
    from marketplace.seeding.pilot import Pilot
    from marketplace.seeding.trade_rows import Ids
    from marketplace.seeding.world import World

# Above this much a supplier is sent the money; less is fetched in cash.
_SENT_FROM_RUPIAH: Final = 150_000
_KEPT_IN_SAFE_RUPIAH: Final = 300_000
_BOUGHT_EACH_TIME: Final = 2
_REFERENCE: Final = "TRF{day:%y%m%d}{number:03d}"


@dataclass(frozen=True, slots=True)
class Goods:
    """Own goods that are bought again and again: which, how many at once, and what one costs."""

    listing_id: ListingId
    seller_id: OrganisationId
    quantity: int
    cost_rupiah: int


def bought_goods(world: World, ids: Ids, pilot: Pilot) -> list[Goods]:
    """The pilot's best-selling own goods, cheap ones by the two dozen, dear ones by the handful."""
    own = [
        index
        for index, listing in enumerate(world.listings)
        if listing.store_index == pilot.store_index and listing.source == "own_stock"
    ]
    own.sort(key=lambda index: (-world.catalogue.products[world.listings[index].product_index].popularity, index))
    found = []
    for index in own[:8]:
        listing = world.listings[index]
        seller = world.catalogue.sellers[world.catalogue.products[listing.product_index].seller_index]
        found.append(
            Goods(
                listing_id=ListingId(ids.listings[index]),
                seller_id=OrganisationId(ids.organisations[seller.key]),
                quantity=24 if listing.cost_rupiah < 20_000 else 8,  # noqa: PLR2004
                cost_rupiah=listing.cost_rupiah,
            )
        )
    return found


@dataclass(slots=True)
class Suppliers:
    """What was agreed with whom, bought and paid."""

    cast: Cast
    goods: list[Goods]
    bought: int = 0

    async def agree(self) -> None:
        """Agree with the makers of bought goods when they are paid; the signed-in seller says where to."""
        seller_ids = list(dict.fromkeys(one.seller_id for one in self.goods))
        for place, seller_id in enumerate(seller_ids):
            terms = TermsBody(rule="in_days", days=14) if place % 2 else TermsBody(rule="in_days", days=7)
            await set_terms(seller_id, terms, actor=self.cast.manager, once=once())
        account = PayoutAccount(bank="Bank Contoh", number="0098765432101", holder="Juwita Penjual (demo)")
        await save_own_account(account, actor=self.cast.seller, once=once())

    async def buy(self) -> None:
        """Goods come in on credit, some at a time."""
        for _ in range(min(_BOUGHT_EACH_TIME, len(self.goods))):
            goods = self.goods[self.bought % len(self.goods)]
            self.bought += 1
            received = ReceiveBody(
                quantity=goods.quantity, unit_cost_rupiah=goods.cost_rupiah, note=f"Surat jalan DEMO-{self.bought:03d}"
            )
            await receive_goods(goods.listing_id, received, actor=self.cast.manager, once=once())

    async def hold_and_dispute(self) -> None:
        """One line the manager holds back, one of their own the signed-in seller disputes."""
        own_id = self.cast.seller.require_hat().organisation_id
        owed = (await show_store_payables(actor=self.cast.manager)).suppliers
        other = next((one.supplier_id for one in owed if one.supplier_id != own_id and one.owed_rupiah > 0), None)
        if other is not None:
            source = await self._smallest_line(other)
            await hold_line(
                other, source, reason="Nota titip jualnya belum ketemu", actor=self.cast.manager, once=once()
            )
        if any(one.supplier_id == own_id for one in owed):
            source = await self._smallest_line(own_id)
            await dispute_line(
                self.cast.store_id,
                source,
                reason="Menurut catatan kami yang laku satu lebih banyak",
                actor=self.cast.seller,
                once=once(),
            )

    async def _smallest_line(self, supplier_id: OrganisationId) -> str:
        lines = (await show_owed_lines(self.cast.store_id, supplier_id)).lines
        return min(
            (one for one in lines if one.amount_rupiah > 0), key=lambda one: (one.amount_rupiah, one.source)
        ).source

    async def propose(self) -> int | None:
        """The manager proposes to pay all that is due; None where nothing is."""
        try:
            return (await propose_run(None, actor=self.cast.manager, once=once())).run_id
        except NothingDueError:
            return None

    async def approve(self, run_id: int) -> None:
        """The board's member approves it."""
        await decide_run(
            run_id, is_approved=True, note="Cocok dengan buku titip jual", actor=self.cast.board, once=once()
        )

    async def pay(self, run_id: int, today: date) -> None:
        """The manager pays everybody: large amounts are sent, small ones fetched in cash as far as the safe holds."""
        run = await show_run(run_id, actor=self.cast.manager)
        async with database.connection() as connection:
            cash = (await balance(connection, book=self.cast.book, account=accounts.SAFE)).rupiah
        cash -= _KEPT_IN_SAFE_RUPIAH
        for number, entry in enumerate(run.entries, 1):
            is_sent = bool(entry.account.bank) or entry.amount_rupiah >= _SENT_FROM_RUPIAH or entry.amount_rupiah > cash
            if not is_sent:
                cash -= entry.amount_rupiah
            payment = PayEntry(
                part=1,
                method="transfer" if is_sent else "cash",
                reference=_REFERENCE.format(day=today, number=number) if is_sent else "",
            )
            await pay_entry(run_id, entry.entry_id, payment, actor=self.cast.manager, once=once())

    async def close(self, through: date, reason: str = "") -> None:
        """The board closes the store's days."""
        await close_store_days(through, reason=reason, actor=self.cast.board, once=once())
