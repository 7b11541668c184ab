-- Members who may buy on trust at a store (kasbon), and what they pay back. What each owes is in the store's book.

CREATE TABLE member_tab (
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    person_id bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    -- the most this member may owe; without a row, or with 0, nothing
    limit_rupiah bigint NOT NULL CHECK (limit_rupiah >= 0),
    set_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, person_id)
);
CREATE INDEX member_tab_person_id ON member_tab (person_id);
CREATE INDEX member_tab_set_by ON member_tab (set_by);

ALTER TABLE store ADD COLUMN next_repayment_number bigint NOT NULL DEFAULT 1;

-- Numbered without gaps per store, apart from the receipts of sales.
CREATE TABLE tab_repayment (
    store_id bigint NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    person_id bigint NOT NULL,
    shift_id bigint NOT NULL,
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0),
    tendered_rupiah bigint NOT NULL,
    -- what the member still owed after it, as the paper says
    left_rupiah bigint NOT NULL CHECK (left_rupiah >= 0),
    repaid_at timestamptz NOT NULL,
    taken_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    PRIMARY KEY (store_id, number),
    CONSTRAINT tab_repayment_tendered_is_enough CHECK (tendered_rupiah >= amount_rupiah),
    FOREIGN KEY (store_id, person_id) REFERENCES member_tab (store_id, person_id) ON DELETE RESTRICT,
    FOREIGN KEY (store_id, shift_id) REFERENCES shift (store_id, id) ON DELETE RESTRICT
);
CREATE INDEX tab_repayment_person ON tab_repayment (person_id, store_id);
CREATE INDEX tab_repayment_shift_id ON tab_repayment (shift_id);
CREATE INDEX tab_repayment_taken_by ON tab_repayment (taken_by);
CREATE INDEX receipt_tab ON receipt (store_id, issued_at) WHERE method = 'tab';

-- Goods bought on trust that come back make the debt smaller; no money is given out.
ALTER TABLE order_return
    DROP CONSTRAINT order_return_method_check,
    ADD CONSTRAINT order_return_method_check CHECK (method IN ('cash', 'transfer', 'tab'));
