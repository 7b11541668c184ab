-- Money that somebody gave back in the gateway's own pages, while the goods stay sold: a credit note of its own kind.

ALTER TABLE credit_note
    DROP CONSTRAINT credit_note_kind_check,
    DROP CONSTRAINT credit_note_kind_whole,
    -- return: goods and their money; allowance: money without goods; refund: money that went back at the gateway itself,
    -- and is owed again; void: an unpaid invoice whose order has ended
    ADD CONSTRAINT credit_note_kind_check CHECK (kind IN ('return', 'allowance', 'refund', 'void')),
    ADD CONSTRAINT credit_note_kind_whole CHECK (
        CASE kind
            WHEN 'return' THEN return_id IS NOT NULL AND refund_id IS NOT NULL AND receipt_number IS NOT NULL
            WHEN 'void' THEN return_id IS NULL AND refund_id IS NULL AND receipt_number IS NULL
                             AND invoice_number IS NOT NULL
            ELSE return_id IS NULL AND refund_id IS NOT NULL AND receipt_number IS NOT NULL
        END);
