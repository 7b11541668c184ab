-- A member's share of the earnings leaves by the till, or is taken for the tab. What is left of it stands in the book.

ALTER TABLE store ADD COLUMN next_patronage_number bigint NOT NULL DEFAULT 1;

-- Numbered without gaps per store, for the member to sign.
CREATE TABLE patronage_payout (
    store_id bigint NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    person_id bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    shift_id bigint NOT NULL,
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0),
    -- what the member could still have after it, as the paper says
    left_rupiah bigint NOT NULL CHECK (left_rupiah >= 0),
    paid_at timestamptz NOT NULL,
    paid_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    PRIMARY KEY (store_id, number),
    CONSTRAINT patronage_payout_not_to_oneself CHECK (paid_by <> person_id),
    FOREIGN KEY (store_id, shift_id) REFERENCES shift (store_id, id) ON DELETE RESTRICT
);
CREATE INDEX patronage_payout_person ON patronage_payout (person_id, store_id);
CREATE INDEX patronage_payout_shift_id ON patronage_payout (shift_id);
CREATE INDEX patronage_payout_paid_by ON patronage_payout (paid_by);
CREATE TRIGGER patronage_payout_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON patronage_payout
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Cash comes in a shift; what is taken off a member's share of the earnings needs none.
ALTER TABLE tab_repayment
    ADD COLUMN way text NOT NULL DEFAULT 'cash' CHECK (way IN ('cash', 'patronage')),
    ALTER COLUMN shift_id DROP NOT NULL,
    ALTER COLUMN tendered_rupiah DROP NOT NULL,
    ADD CONSTRAINT tab_repayment_cash_in_a_shift CHECK (
        (way = 'cash') = (shift_id IS NOT NULL) AND (way = 'cash') = (tendered_rupiah IS NOT NULL));
