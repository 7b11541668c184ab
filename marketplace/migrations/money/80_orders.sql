-- A receipt for money of every way: QRIS and transfers know no shift where nobody at a till took them, nor a tender.

ALTER TABLE receipt
    ADD COLUMN method text NOT NULL DEFAULT 'cash' CHECK (method IN ('cash', 'qris', 'transfer', 'stripe', 'tab')),
    -- the refund that a receipt of a return is for
    ADD COLUMN refund_id bigint NULL,
    ALTER COLUMN shift_id DROP NOT NULL,
    ALTER COLUMN tendered_rupiah DROP NOT NULL,
    ALTER COLUMN change_rupiah DROP NOT NULL,
    ALTER COLUMN issued_by DROP NOT NULL,
    DROP CONSTRAINT receipt_once;
UPDATE receipt SET refund_id = (SELECT id FROM payment_refund WHERE payment_refund.payment_id = receipt.payment_id)
    WHERE kind = 'return';
ALTER TABLE receipt
    ALTER COLUMN method DROP DEFAULT,
    ADD CONSTRAINT receipt_return_has_refund CHECK ((kind = 'return') = (refund_id IS NOT NULL)),
    ADD CONSTRAINT receipt_cash_has_shift CHECK (
        method <> 'cash' OR (shift_id IS NOT NULL AND tendered_rupiah IS NOT NULL AND change_rupiah IS NOT NULL));
-- one paper for each payment, one for each refund
CREATE UNIQUE INDEX receipt_sale_once ON receipt (payment_id) WHERE kind = 'sale';
CREATE UNIQUE INDEX receipt_return_once ON receipt (refund_id) WHERE kind = 'return';
CREATE INDEX receipt_order ON receipt (store_id, order_id);
