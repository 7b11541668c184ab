"""What the demonstration's trade means for the books: payments, receipts, postings of orders, shifts and openings.

The same recipes as in daily work, handed to payments in bulk.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from marketplace.seeding.organisation_rows import at_noon
from marketplace.seeding.trade_rows import is_sold, returned_at, unit_value
from payments import ImportedCashPayment, ImportedPosting, Money, accounts, recipes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketplace.seeding.specs import OrderSpec
    from marketplace.seeding.trade_rows import Ids, Shift
    from marketplace.seeding.world import World

Row = tuple[Any, ...]

_SAFE_AT_FIRST = Money(2_500_000)
_RETURN_REFERENCE = "return:1"

RECEIPT_COLUMNS = (
    "store_id",
    "number",
    "order_id",
    "kind",
    "method",
    "payment_id",
    "refund_id",
    "shift_id",
    "amount_rupiah",
    "tendered_rupiah",
    "change_rupiah",
    "issued_at",
    "issued_by",
)


class Tills:
    """In which shift the cash of an order came in, and went out again."""

    def __init__(self, shifts: Sequence[Shift], shift_ids: range) -> None:
        """Look at every shift's events once."""
        self._by_event = {
            (event.order_index, event.kind): shift_id
            for shift_id, shift in zip(shift_ids, shifts, strict=True)
            for event in shift.events
        }

    def shift_id(self, order_index: int, kind: str) -> int:
        """Give the shift of an order's `sale` or `return`."""
        return self._by_event[order_index, kind]

    def reference(self, order_index: int, kind: str) -> str:
        """Give that shift's till by its name in the books."""
        return f"shift:{self.shift_id(order_index, kind)}"


def cash_payments(world: World, ids: Ids, tills: Tills) -> list[ImportedCashPayment]:
    """One payment for each order whose goods were handed over, in the order of time."""
    payments: list[ImportedCashPayment] = []
    for index, order in enumerate(world.orders):
        if not is_sold(order) or order.closed_at is None:
            continue
        is_returned = order.outcome == "returned"
        payments.append(
            ImportedCashPayment(
                payable=f"order:{ids.orders[index]}",
                book=f"store:{ids.stores[order.store_index]}",
                till_reference=tills.reference(index, "sale"),
                amount_rupiah=order.total_rupiah,
                tendered_rupiah=order.cash_tendered_rupiah or order.total_rupiah,
                key=f"seeding:order:{ids.orders[index]}",
                author=f"person:{ids.cashiers[order.store_index]}",
                succeeded_at=order.closed_at,
                refund_till_reference=tills.reference(index, "return") if is_returned else "",
                refund_reason=order.reason if is_returned else "",
                refunded_at=returned_at(order) if is_returned else None,
            )
        )
    return payments


def receipt_rows(
    world: World,
    ids: Ids,
    shifts: Sequence[Shift],
    tills: Tills,
    payment_ids: Mapping[str, int],
    refund_ids: Mapping[str, int],
) -> list[Row]:
    """Receipts of sales and returns, numbered without gaps for each store in the order of time."""
    numbers: Counter[int] = Counter()
    events = sorted(
        (event for shift in shifts for event in shift.events), key=lambda event: (event.at, event.order_index)
    )
    rows: list[Row] = []
    for event in events:
        order = world.orders[event.order_index]
        order_id = ids.orders[event.order_index]
        numbers[order.store_index] += 1
        tendered = (order.cash_tendered_rupiah or order.total_rupiah) if event.kind == "sale" else order.total_rupiah
        rows.append(
            (
                ids.stores[order.store_index],
                numbers[order.store_index],
                order_id,
                event.kind,
                "cash",
                payment_ids[f"order:{order_id}"],
                refund_ids[f"order:{order_id}"] if event.kind == "return" else None,
                tills.shift_id(event.order_index, event.kind),
                order.total_rupiah,
                tendered,
                tendered - order.total_rupiah,
                event.at,
                ids.cashiers[order.store_index],
            )
        )
    return rows


def next_receipt_numbers(world: World, shifts: Sequence[Shift]) -> list[int]:
    """Give the number that each store's next receipt will bear."""
    used: Counter[int] = Counter()
    for shift in shifts:
        used[shift.store_index] += len(shift.events)
    return [used[index] + 1 for index in range(len(world.cooperatives))]


def postings(
    world: World, ids: Ids, shifts: Sequence[Shift], shift_ids: range, openings: Mapping[int, int]
) -> list[ImportedPosting]:
    """All postings in the order of time: what was there at first, floats, sales, returns, closings."""
    tills = Tills(shifts, shift_ids)
    found = [
        *_openings(world, ids, openings),
        *_shifts(shifts, shift_ids, ids),
        *_orders(world, ids, tills),
    ]
    return sorted(found, key=lambda posting: posting.occurred_at)


def _openings(world: World, ids: Ids, openings: Mapping[int, int]) -> list[ImportedPosting]:
    """Cash in the safe and own stock at cost, brought in before the first day of trade."""
    costs: Counter[int] = Counter()
    for index, quantity in openings.items():
        listing = world.listings[index]
        costs[listing.store_index] += quantity * unit_value(listing)
    first_day = at_noon(min(listing.listed_on for listing in world.listings))
    return [
        ImportedPosting(
            book=f"store:{store_id}",
            source=f"seeding:store:{store_id}",
            transfers=(
                *recipes.opened_with(account=accounts.SAFE, amount=_SAFE_AT_FIRST),
                *recipes.opened_with(account=accounts.INVENTORY, amount=Money(costs[index])),
            ),
            author="system",
            occurred_at=first_day,
            reason="Saldo awal data demo",
        )
        for index, store_id in enumerate(ids.stores)
    ]


def _shifts(shifts: Sequence[Shift], shift_ids: range, ids: Ids) -> list[ImportedPosting]:
    """Put the float into the till, and at the end the difference and all cash into the safe."""
    found: list[ImportedPosting] = []
    for shift_id, shift in zip(shift_ids, shifts, strict=True):
        reference = f"shift:{shift_id}"
        till = accounts.till(reference)
        counted = Money(shift.counted_rupiah)
        book, author = f"store:{ids.stores[shift.store_index]}", f"person:{ids.cashiers[shift.store_index]}"
        found.append(
            ImportedPosting(
                book=book,
                source=reference,
                transfers=recipes.float_put_in(till=till, amount=Money(shift.float_rupiah)),
                author=author,
                occurred_at=shift.opened_at,
            )
        )
        found.append(
            ImportedPosting(
                book=book,
                source=reference,
                transfers=(
                    *recipes.till_counted(till=till, expected=Money(shift.expected_rupiah), counted=counted),
                    *recipes.till_dropped(till=till, amount=counted),
                ),
                author=author,
                occurred_at=shift.closed_at,
                reason="shift closed",
            )
        )
    return found


def _orders(world: World, ids: Ids, tills: Tills) -> list[ImportedPosting]:
    """Payment and sale of what was handed over, and what was taken back."""
    found: list[ImportedPosting] = []
    for index, order in enumerate(world.orders):
        if not is_sold(order) or order.closed_at is None:
            continue
        source = f"order:{ids.orders[index]}"
        book, author = f"store:{ids.stores[order.store_index]}", f"person:{ids.cashiers[order.store_index]}"
        receivable = accounts.buyer_receivable(source)
        lines, delivery_fee = _sold_lines(world, ids, order), Money(order.delivery_fee_rupiah)
        found.append(
            ImportedPosting(
                book=book,
                source=source,
                transfers=(
                    *recipes.receivable_paid(
                        receivable=receivable,
                        paid_into=accounts.till(tills.reference(index, "sale")),
                        amount=Money(order.total_rupiah),
                    ),
                    *recipes.sale(paid_into=receivable, lines=lines, delivery_fee=delivery_fee),
                ),
                author=author,
                occurred_at=order.closed_at,
            )
        )
        if order.outcome == "returned":
            found.append(
                ImportedPosting(
                    book=book,
                    source=source,
                    transfers=recipes.sale_return(
                        paid_out_of=accounts.till(tills.reference(index, "return")),
                        lines=lines,
                        return_reference=_RETURN_REFERENCE,
                        delivery_fee=delivery_fee,
                    ),
                    author=author,
                    occurred_at=returned_at(order),
                    reason=order.reason,
                )
            )
    return found


def _sold_lines(world: World, ids: Ids, order: OrderSpec) -> list[recipes.SoldLine]:
    """Give the lines as the recipes want them: own stock with cost, others' goods with the fee."""
    lines: list[recipes.SoldLine] = []
    for line in order.lines:
        listing = world.listings[line.listing_index]
        price = Money(line.quantity * line.unit_price_rupiah)
        if listing.source == "own_stock":
            lines.append(recipes.OwnStockSold(price=price, cost=Money(line.quantity * listing.cost_rupiah)))
            continue
        seller = world.catalogue.sellers[world.catalogue.products[listing.product_index].seller_index]
        share = recipes.consignment_share(price, fee_basis_points=listing.fee_basis_points)
        reference = f"organisation:{ids.organisations[seller.key]}"
        lines.append(recipes.ConsignmentSold(price=price, fee=share.fee, supplier_reference=reference))
    return lines
