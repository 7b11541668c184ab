-- Papers of money that came twice or too late: given back, but no part of what was sold, so of no day's turnover.

ALTER TABLE receipt
    DROP CONSTRAINT receipt_kind_check,
    DROP CONSTRAINT receipt_return_has_refund;

-- Until now they were papers of returns. Days first, while the papers still say so.
UPDATE turnover_day AS t
SET return_count = t.return_count - wrong.papers, returned_rupiah = t.returned_rupiah - wrong.rupiah
FROM (
    SELECT r.store_id, (r.issued_at AT TIME ZONE s.time_zone)::date AS day, o.is_member,
           count(*) AS papers, sum(r.amount_rupiah) AS rupiah
    FROM order_return made
    JOIN receipt r ON r.refund_id = made.refund_id
    JOIN store s ON s.id = r.store_id
    JOIN orders o ON o.id = r.order_id
    WHERE made.kind = 'surplus'
    GROUP BY 1, 2, 3
) AS wrong
WHERE (t.store_id, t.day, t.is_member) = (wrong.store_id, wrong.day, wrong.is_member);
UPDATE receipt SET kind = 'surplus'
FROM order_return made WHERE made.refund_id = receipt.refund_id AND made.kind = 'surplus';

DROP INDEX receipt_return_once;
CREATE UNIQUE INDEX receipt_refund_once ON receipt (refund_id) WHERE refund_id IS NOT NULL;
ALTER TABLE receipt
    ADD CONSTRAINT receipt_kind_check CHECK (kind IN ('sale', 'return', 'surplus')),
    ADD CONSTRAINT receipt_refund_is_told CHECK ((kind = 'sale') = (refund_id IS NULL)),
    -- a paper is of money that is there
    ADD CONSTRAINT receipt_payment_fkey FOREIGN KEY (payment_id) REFERENCES payment (id) ON DELETE RESTRICT,
    ADD CONSTRAINT receipt_refund_fkey FOREIGN KEY (refund_id) REFERENCES payment_refund (id) ON DELETE RESTRICT;
