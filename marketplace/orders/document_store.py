"""SQL of the papers of orders: the taxes a sale is frozen at, invoices, credit notes, and what papers are printed from.

Locks: the counter of invoices or credit notes after the order and before stock, so that whoever takes goods back and
whoever lets an invoiced order expire never wait for each other.
"""

from datetime import date, datetime
from typing import Final, Literal

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrderId, PersonId, StoreId
from marketplace.taxes import Rates

# Rates of an order's lines; the order is $1, the line is l.
TAX_COLUMNS: Final = """
    coalesce(taxed.basis_points, 0) AS tax_basis_points,
    coalesce((SELECT whole.basis_points FROM sale_tax whole WHERE whole.order_id = $1 AND whole.tax = 'ppn'
              AND whole.listing_id IS NULL), 0) AS delivery_tax_basis_points,
    coalesce((SELECT whole.basis_points FROM sale_tax whole WHERE whole.order_id = $1 AND whole.tax = 'pph22'
              AND whole.listing_id IS NULL), 0) AS withheld_basis_points
"""
TAX_JOIN: Final = (
    "LEFT JOIN sale_tax taxed ON taxed.order_id = l.order_id AND taxed.tax = 'ppn' AND taxed.listing_id = l.listing_id"
)


async def take_number(connection: Connection, *, store_id: StoreId, kind: Literal["invoice", "credit_note"]) -> int:
    """Next number of this kind, without gaps: the row lock is held to the commit, and a rollback gives it back."""
    number: int = await connection.fetchval("SELECT document_take_number($1, $2)", store_id, kind)
    return number


async def insert_sale_taxes(connection: Connection, *, order_id: OrderId, rates: Rates, at: datetime) -> None:
    """Freeze the rates that an order is sold at: PPN of own goods that are no exempt staples, and PPh 22 of all of it.

    Of goods of others the sale is theirs; what is sold at the counter goes through no marketplace (PMK 37/2025). An
    order with an invoice keeps what was frozen then.
    """
    await connection.execute(
        """
        WITH sold AS (
            SELECT o.id, o.store_id, o.channel, o.delivery_rupiah,
                   ($4::timestamptz AT TIME ZONE s.time_zone)::date AS day
            FROM orders o JOIN store s ON s.id = o.store_id
            WHERE o.id = $1 AND NOT EXISTS (SELECT FROM invoice i WHERE i.order_id = o.id)
        ), taxed AS (
            SELECT l.listing_id
            FROM sold JOIN order_line l ON l.order_id = sold.id JOIN product p ON p.id = l.product_id
            WHERE $2::integer > 0 AND l.source = 'own_stock' AND NOT EXISTS (
                SELECT FROM tax_exemption e
                WHERE (e.category_slug = p.category_slug OR e.commodity_code = p.commodity_code)
                  AND e.effective_on <= sold.day AND (e.until_on IS NULL OR e.until_on >= sold.day))
        )
        INSERT INTO sale_tax (order_id, store_id, listing_id, tax, basis_points)
        SELECT sold.id, sold.store_id, taxed.listing_id, 'ppn', $2 FROM sold, taxed
        UNION ALL
        SELECT sold.id, sold.store_id, NULL, 'ppn', $2 FROM sold
        WHERE sold.delivery_rupiah > 0 AND EXISTS (SELECT FROM taxed)
        UNION ALL
        SELECT sold.id, sold.store_id, NULL, 'pph22', $3 FROM sold WHERE $3::integer > 0 AND sold.channel <> 'counter'
        """,
        order_id,
        rates.ppn,
        rates.pph22,
        at,
    )


async def list_taxed_lines(connection: Connection, order_id: OrderId) -> list[asyncpg.Record]:
    """All lines of an order as they were sold, with their rates, by listing."""
    return await connection.fetch(
        f"""
        SELECT l.listing_id, l.name, l.unit_code, l.quantity, l.unit_price_rupiah, l.total_rupiah, l.conversions,
               l.public_price_rupiah, {TAX_COLUMNS}
        FROM order_line l {TAX_JOIN} WHERE l.order_id = $1 ORDER BY l.listing_id
        """,
        order_id,
    )


async def list_lines_back(connection: Connection, return_id: int) -> list[asyncpg.Record]:
    """Goods of a return, by listing, as they were sold."""
    return await connection.fetch(
        """
        SELECT l.name, l.unit_code, b.quantity, l.unit_price_rupiah, b.total_rupiah, l.conversions
        FROM order_return_line b JOIN order_line l ON l.order_id = b.order_id AND l.listing_id = b.listing_id
        WHERE b.return_id = $1 ORDER BY b.listing_id
        """,
        return_id,
    )


async def find_return_of_refund(connection: Connection, refund_id: int) -> asyncpg.Record | None:
    """The return that a refund was for; None where money went back without one."""
    return await connection.fetchrow("SELECT * FROM order_return WHERE refund_id = $1", refund_id)


async def find_how_paid(connection: Connection, *, store_id: StoreId, order_id: OrderId) -> asyncpg.Record | None:
    """The number and way of the receipt that an order was paid by, and whether something of it went back."""
    return await connection.fetchrow(
        """
        SELECT r.number, r.method, EXISTS (
            SELECT FROM receipt b WHERE b.store_id = r.store_id AND b.order_id = r.order_id AND b.kind = 'return'
        ) AS is_returned
        FROM receipt r WHERE r.store_id = $1 AND r.order_id = $2 AND r.kind = 'sale' ORDER BY r.number LIMIT 1
        """,
        store_id,
        order_id,
    )


async def insert_invoice(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    order_id: OrderId,
    due_on: date,
    buyer_sealed: bytes,
    total_rupiah: int,
    tax_rupiah: int,
    withheld_rupiah: int,
    issued_at: datetime,
    issued_by: PersonId,
) -> None:
    """Write the invoice of a locked order."""
    await connection.execute(
        "INSERT INTO invoice (store_id, number, order_id, due_on, buyer_sealed, total_rupiah, tax_rupiah,"
        " withheld_rupiah, issued_at, issued_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        store_id,
        number,
        order_id,
        due_on,
        buyer_sealed,
        total_rupiah,
        tax_rupiah,
        withheld_rupiah,
        issued_at,
        issued_by,
    )


async def hold_until_due(connection: Connection, *, order_id: OrderId, until: datetime) -> None:
    """Let a locked unpaid order wait for its money until then, if it would have expired before."""
    await connection.execute(
        "UPDATE orders SET hold_until = greatest(hold_until, $2), version = version + 1 WHERE id = $1", order_id, until
    )


async def insert_credit_note(
    connection: Connection,
    *,
    store_id: StoreId,
    number: int,
    order_id: OrderId,
    kind: Literal["return", "allowance", "refund"],
    return_id: int | None,
    payment_id: int,
    refund_id: int,
    total_rupiah: int,
    tax_rupiah: int,
    withheld_rupiah: int,
    reason: str,
    issued_at: datetime,
    issued_by: PersonId | None,
) -> None:
    """Write a credit note on the receipt of a payment, and on the order's invoice where it has one."""
    await connection.execute(
        """
        INSERT INTO credit_note (store_id, number, order_id, kind, return_id, refund_id, receipt_number, invoice_number,
            total_rupiah, tax_rupiah, withheld_rupiah, reason, issued_at, issued_by)
        VALUES ($1, $2, $3, $4, $5, $7,
            (SELECT r.number FROM receipt r WHERE r.payment_id = $6 AND r.kind = 'sale'),
            (SELECT i.number FROM invoice i WHERE i.order_id = $3), $8, $9, $10, $11, $12, $13)
        """,
        store_id,
        number,
        order_id,
        kind,
        return_id,
        payment_id,
        refund_id,
        total_rupiah,
        tax_rupiah,
        withheld_rupiah,
        reason,
        issued_at,
        issued_by,
    )


_INVOICE: Final = """
    SELECT i.*, o.code AS order_code, o.state, o.paid_at, o.goods_rupiah, o.delivery_rupiah, o.is_member,
           p.display_name AS issued_by_name, s.time_zone,
           (SELECT r.number FROM receipt r WHERE r.store_id = i.store_id AND r.order_id = i.order_id
            AND r.kind = 'sale' ORDER BY r.number LIMIT 1) AS receipt_number,
           (SELECT r.method FROM receipt r WHERE r.store_id = i.store_id AND r.order_id = i.order_id
            AND r.kind = 'sale' ORDER BY r.number LIMIT 1) AS paid_by,
           (SELECT n.number FROM credit_note n WHERE n.order_id = i.order_id AND n.kind = 'void') AS void_number
    FROM invoice i
    JOIN orders o ON o.id = i.order_id
    JOIN store s ON s.id = i.store_id
    JOIN person p ON p.id = i.issued_by
"""


async def find_invoice(connection: Connection, *, store_id: StoreId, number: int) -> asyncpg.Record | None:
    """An invoice of a store with how its order stands."""
    return await connection.fetchrow(_INVOICE + " WHERE i.store_id = $1 AND i.number = $2", store_id, number)


async def find_invoice_number(connection: Connection, *, order_id: OrderId) -> int | None:
    """The number of an order's invoice, if it has one."""
    number: int | None = await connection.fetchval("SELECT number FROM invoice WHERE order_id = $1", order_id)
    return number


async def list_invoices(
    connection: Connection, store_id: StoreId, *, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Invoices of a store, the latest first, those below a number."""
    return await connection.fetch(
        _INVOICE + " WHERE i.store_id = $1 AND ($2::bigint IS NULL OR i.number < $2) ORDER BY i.number DESC LIMIT $3",
        store_id,
        before,
        limit,
    )


_CREDIT_NOTE: Final = """
    SELECT n.*, o.code AS order_code, p.display_name AS issued_by_name, s.time_zone, b.method, b.delivery_rupiah,
           b.discount_rupiah, f.method AS refund_method,
           -- what was refunded at Stripe itself may have paid what was owed as well, which has its own paper
           CASE n.kind WHEN 'refund' THEN n.total_rupiah ELSE f.amount_rupiah END AS refunded_rupiah
    FROM credit_note n
    JOIN orders o ON o.id = n.order_id
    JOIN store s ON s.id = n.store_id
    LEFT JOIN person p ON p.id = n.issued_by
    LEFT JOIN order_return b ON b.id = n.return_id
    LEFT JOIN payment_refund f ON f.id = n.refund_id
"""


async def find_credit_note(connection: Connection, *, store_id: StoreId, number: int) -> asyncpg.Record | None:
    """A credit note of a store with the return it is of."""
    return await connection.fetchrow(_CREDIT_NOTE + " WHERE n.store_id = $1 AND n.number = $2", store_id, number)


async def list_credit_notes(
    connection: Connection, store_id: StoreId, *, before: int | None, limit: int
) -> list[asyncpg.Record]:
    """Credit notes of a store, the latest first, those below a number."""
    return await connection.fetch(
        _CREDIT_NOTE
        + " WHERE n.store_id = $1 AND ($2::bigint IS NULL OR n.number < $2) ORDER BY n.number DESC LIMIT $3",
        store_id,
        before,
        limit,
    )


async def list_papers_of_order(connection: Connection, *, store_id: StoreId, order_id: OrderId) -> list[asyncpg.Record]:
    """Kind and number of all papers of an order, as they were written; `method` of receipts is the way it was paid."""
    return await connection.fetch(
        """
        SELECT 'receipt' AS kind, number, issued_at, method FROM receipt WHERE store_id = $1 AND order_id = $2
        UNION ALL SELECT 'invoice', number, issued_at, '' FROM invoice WHERE store_id = $1 AND order_id = $2
        UNION ALL SELECT 'credit_note', number, issued_at, '' FROM credit_note WHERE store_id = $1 AND order_id = $2
        ORDER BY issued_at, kind
        """,
        store_id,
        order_id,
    )
