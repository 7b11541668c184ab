-- A deposit is seen on the bank's statement: the line is proof enough without a slip, and may say another amount.

ALTER TABLE bank_deposit
    ADD COLUMN line_id bigint NULL UNIQUE REFERENCES statement_line (id) ON DELETE RESTRICT,
    -- what the bank counted, where the line says so
    ADD COLUMN counted_rupiah bigint NULL CHECK (counted_rupiah > 0),
    ADD CONSTRAINT bank_deposit_seen_whole CHECK (
        (line_id IS NULL) = (counted_rupiah IS NULL) AND (line_id IS NULL OR state = 'arrived')),
    DROP CONSTRAINT bank_deposit_arrived_has_slip,
    ADD CONSTRAINT bank_deposit_arrived_has_proof CHECK (
        state <> 'arrived' OR slip_digest IS NOT NULL OR line_id IS NOT NULL);
-- Deposits that no statement shows yet.
CREATE INDEX bank_deposit_unseen ON bank_deposit (store_id, made_at) WHERE line_id IS NULL AND state <> 'rejected';

-- What the bank's line said stays said.
CREATE TRIGGER bank_deposit_seen_once BEFORE UPDATE OF line_id, counted_rupiah ON bank_deposit
    FOR EACH ROW WHEN (OLD.line_id IS NOT NULL) EXECUTE FUNCTION document_refuse_change();
