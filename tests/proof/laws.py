"""What always holds, said again in SQL without the product's own words for it; each query finds what breaks its law.

The product's own checks (`check`, `check_payables`, `check_stock`, `check_books`) are asked beside these.
"""

from typing import Any, Final

from marketplace.database import Connection
from marketplace.inventory import check_books, check_stock
from payments import check, check_payables

_MOVED: Final = """
    moved AS (
        SELECT debit_account_id AS account_id, id, event, source, amount_rupiah AS debit, 0::bigint AS credit
        FROM ledger_transfer
        UNION ALL
        SELECT credit_account_id, id, event, source, 0, amount_rupiah FROM ledger_transfer
    )"""
_HELD: Final = f"""
    {_MOVED}, held AS (
        SELECT a.book, a.kind, a.reference, coalesce(sum(m.debit - m.credit), 0)::bigint AS rupiah
        FROM ledger_account a LEFT JOIN moved m ON m.account_id = a.id GROUP BY a.id
    )"""

# After every step, in whatever state everything is.
ALWAYS: Final[dict[str, str]] = {
    "in every book debits and credits are equal": f"""
        WITH {_MOVED}
        SELECT a.book FROM moved m JOIN ledger_account a ON a.id = m.account_id
        GROUP BY a.book HAVING sum(m.debit) <> sum(m.credit)""",
    "no till and no safe is below zero": f"""
        WITH {_HELD} SELECT * FROM held WHERE kind IN ('till_cash', 'safe_cash', 'cash_in_transit') AND rupiah < 0""",
    "a closed shift leaves an empty till": f"""
        WITH {_HELD}
        SELECT held.* FROM held JOIN shift ON held.reference = 'shift:' || shift.id
        WHERE held.kind = 'till_cash' AND shift.closed_at IS NOT NULL AND held.rupiah <> 0""",
    "no supplier has been paid more than was owed at that moment": f"""
        WITH {_MOVED}, running AS (
            SELECT a.reference, m.event, m.source,
                   sum(m.credit - m.debit) OVER (PARTITION BY a.id ORDER BY m.id) AS owed_after
            FROM moved m JOIN ledger_account a ON a.id = m.account_id WHERE a.kind = 'supplier_payable'
        )
        SELECT * FROM running WHERE event = 'supplier.paid' AND owed_after < 0""",
    "no supplier has been paid more than was ever owed": f"""
        WITH {_MOVED}, sums AS (
            SELECT a.reference,
                   sum(m.credit) FILTER (WHERE m.event NOT LIKE 'share.%') AS earned,
                   sum(m.debit) FILTER (WHERE m.event = 'supplier.paid' OR m.event LIKE 'share.%')
                   - coalesce(sum(m.credit) FILTER (WHERE m.event LIKE 'share.%'), 0) AS paid
            FROM moved m JOIN ledger_account a ON a.id = m.account_id WHERE a.kind = 'supplier_payable'
            GROUP BY a.reference
        )
        SELECT * FROM sums WHERE paid > coalesce(earned, 0)""",
    "an order that is over has no money against it": f"""
        WITH {_HELD}
        SELECT o.id, o.state, held.rupiah FROM orders o JOIN held ON held.reference = 'order:' || o.id
        WHERE held.kind = 'buyer_receivable' AND held.rupiah <> 0
          AND o.state NOT IN ('placed', 'accepted', 'ready')""",
    "an open order has exactly what was paid for goods that are still its buyer's": f"""
        WITH {_HELD}, worth AS (
            SELECT o.id, o.paid_at IS NOT NULL AS is_paid, coalesce(held.rupiah, 0) AS rupiah,
                   (SELECT sum((l.quantity - l.cancelled_quantity) * l.unit_price_rupiah) FROM order_line l
                    WHERE l.order_id = o.id) AS goods
            FROM orders o LEFT JOIN held ON held.reference = 'order:' || o.id AND held.kind = 'buyer_receivable'
            WHERE o.state IN ('placed', 'accepted', 'ready')
        )
        SELECT * FROM worth WHERE rupiah <> CASE WHEN is_paid THEN -goods ELSE 0 END""",
    "what is due to a buyer is what came too much or goes back to a card, less what has gone": f"""
        WITH {_HELD}, due AS (
            SELECT o.id, coalesce(held.rupiah, 0) AS booked,
                   -(SELECT coalesce(sum(CASE WHEN p.is_surplus THEN p.amount_rupiah - p.discount_rupiah ELSE 0 END), 0)
                     FROM payment p WHERE p.payable = 'order:' || o.id AND p.succeeded_at IS NOT NULL)
                   -(SELECT coalesce(sum(r.amount_rupiah), 0) FROM receipt r JOIN payment p ON p.id = r.payment_id
                     WHERE r.order_id = o.id AND r.kind = 'return' AND r.method = 'stripe' AND NOT p.is_surplus)
                   +(SELECT coalesce(sum(f.amount_rupiah), 0)
                     FROM payment_refund f JOIN payment p ON p.id = f.payment_id
                     WHERE p.payable = 'order:' || o.id AND f.state = 'succeeded'
                       AND (p.is_surplus OR p.method = 'stripe')) AS reckoned
            FROM orders o LEFT JOIN held ON held.reference = 'order:' || o.id AND held.kind = 'refund_due'
        )
        SELECT * FROM due WHERE booked <> reckoned""",
    "no more goes back than came": """
        SELECT p.id FROM payment p LEFT JOIN payment_refund f ON f.payment_id = p.id AND f.state <> 'failed'
        GROUP BY p.id HAVING coalesce(sum(f.amount_rupiah), 0)
            > CASE WHEN p.succeeded_at IS NULL THEN 0 ELSE p.amount_rupiah - p.discount_rupiah END
            OR coalesce(sum(f.amount_rupiah), 0) <> p.refunded_rupiah""",
    "no more of a card payment is sent on than came, less its fee": """
        SELECT p.id FROM payment p JOIN stripe_transfer t ON t.payment_id = p.id AND t.state <> 'failed'
        GROUP BY p.id HAVING sum(t.amount_rupiah - t.reversed_rupiah) > p.amount_rupiah - coalesce(
            (SELECT f.amount_rupiah FROM ledger_transfer f
             WHERE f.source = 'payment:' || p.id AND f.event = 'gateway.fee'), 0)""",
    "one payment settles an order": """
        SELECT payable FROM payment WHERE state = 'succeeded' AND NOT is_surplus
        GROUP BY payable HAVING count(*) > 1""",
    "stock is the sum of its movements, and what is set aside is there": """
        SELECT s.listing_id, s.on_hand, s.reserved FROM stock s
        WHERE s.on_hand <> (SELECT coalesce(sum(m.quantity), 0) FROM stock_movement m WHERE m.listing_id = s.listing_id)
           OR s.reserved <> (SELECT coalesce(sum(r.quantity), 0) FROM reservation r
                             WHERE r.listing_id = s.listing_id AND r.state = 'held')
           OR s.on_hand < 0 OR s.reserved < 0 OR s.reserved > s.on_hand""",
    "receipts, repayments and statements are numbered from one without a gap": """
        SELECT store_id, many, last, next FROM (
            SELECT s.id AS store_id, count(r.number) AS many, coalesce(max(r.number), 0) AS last,
                   s.next_receipt_number AS next
            FROM store s LEFT JOIN receipt r ON r.store_id = s.id GROUP BY s.id
            UNION ALL
            SELECT s.id, count(t.number), coalesce(max(t.number), 0), s.next_repayment_number
            FROM store s LEFT JOIN tab_repayment t ON t.store_id = s.id GROUP BY s.id
            UNION ALL
            SELECT c.store_id, count(p.number), coalesce(max(p.number), 0), c.next_number
            FROM settlement_counter c LEFT JOIN settlement_payment p ON p.store_id = c.store_id GROUP BY c.store_id
        ) AS numbers WHERE many <> last OR next <> last + 1""",
    "a member's tab is what was bought on it less what was paid back or taken off": f"""
        WITH {_HELD}, reckoned AS (
            SELECT 'person:' || t.person_id AS reference,
                   (SELECT coalesce(sum(p.amount_rupiah), 0) FROM payment p
                    WHERE p.method = 'tab' AND p.channel_reference = 'person:' || t.person_id
                      AND p.succeeded_at IS NOT NULL)
                   - (SELECT coalesce(sum(f.amount_rupiah), 0) FROM payment_refund f
                      JOIN payment p ON p.id = f.payment_id
                      WHERE f.method = 'tab' AND p.channel_reference = 'person:' || t.person_id)
                   - (SELECT coalesce(sum(r.amount_rupiah), 0) FROM tab_repayment r WHERE r.person_id = t.person_id)
                   AS rupiah
            FROM member_tab t
        )
        SELECT reckoned.* FROM reckoned LEFT JOIN held ON held.reference = reckoned.reference
            AND held.kind = 'member_tab'
        WHERE reckoned.rupiah <> coalesce(held.rupiah, 0)""",
}

# When everything that was under way has come to its end (ending.py).
IN_THE_END: Final[dict[str, str]] = {
    "every order is over": """
        SELECT id, state FROM orders WHERE state IN ('placed', 'accepted', 'ready')""",
    "every order's book is closed": f"""
        WITH {_HELD} SELECT * FROM held WHERE kind = 'buyer_receivable' AND rupiah <> 0""",
    "nothing is due to a buyer, unless their bank took it": f"""
        WITH {_HELD}
        SELECT * FROM held WHERE kind = 'refund_due' AND rupiah <> 0 AND NOT EXISTS (
            SELECT FROM payment p JOIN payment_dispute d ON d.payment_id = p.id
            WHERE p.payable = held.reference AND d.state = 'lost')""",
    "no till, no deposit and no dispute holds anything": f"""
        WITH {_HELD}
        SELECT * FROM held WHERE kind IN ('till_cash', 'cash_in_transit', 'dispute_hold') AND rupiah <> 0""",
    "nothing is set aside": "SELECT listing_id, reserved FROM stock WHERE reserved <> 0",
    "no call and no event waits": """
        SELECT key AS name, state FROM gateway_call WHERE state = 'waiting' AND purpose <> 'look'
        UNION ALL
        SELECT event_id, outcome FROM gateway_event WHERE handled_at IS NULL OR outcome LIKE 'given up%'""",
    "no supplier is owed anything": f"""
        WITH {_HELD} SELECT * FROM held WHERE kind = 'supplier_payable' AND rupiah < 0""",
}


async def broken(connection: Connection, laws: dict[str, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The laws that do not hold, each with what breaks it; and what the product's own checks find."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for law, query in laws.items():
        if rows := await connection.fetch(query):
            found.append((law, [dict(row) for row in rows[:5]]))
    for check_it in (check, check_payables, check_stock, check_books):
        if findings := await check_it(connection):
            found.append((check_it.__name__, [{"finding": repr(one)} for one in findings[:5]]))  # noqa: PERF401 - asked one by one
    return found
