-- Which debts a payment to a supplier settled. With them a supplier's open lines add up to the balance of its account.

CREATE TABLE supplier_allocation (
    -- the transfer that paid
    transfer_id bigint NOT NULL,
    -- what the debt came from: the source of its transfers ('order:12', 'receipt:…')
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    book text NOT NULL,
    account_id bigint NOT NULL,
    -- negative where the supplier's own debt (goods that came back after they were paid) was taken off
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah <> 0),
    PRIMARY KEY (transfer_id, source),
    FOREIGN KEY (transfer_id, book) REFERENCES ledger_transfer (id, book) ON DELETE RESTRICT,
    FOREIGN KEY (account_id, book) REFERENCES ledger_account (id, book) ON DELETE RESTRICT
);
CREATE INDEX supplier_allocation_account ON supplier_allocation (account_id, source) INCLUDE (amount_rupiah);

CREATE TRIGGER supplier_allocation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON supplier_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A payment is allocated whole, in one statement, and to its own supplier.
CREATE FUNCTION supplier_allocation_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT transfer_id FROM allocated) AS touched
        JOIN ledger_transfer AS transfer ON transfer.id = touched.transfer_id
        JOIN supplier_allocation AS part ON part.transfer_id = transfer.id
        GROUP BY transfer.id
        HAVING sum(part.amount_rupiah) <> transfer.amount_rupiah
            OR bool_or(part.account_id <> transfer.debit_account_id)
    ) THEN
        RAISE EXCEPTION 'allocations do not add up to what was paid' USING ERRCODE = 'LG020';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER supplier_allocation_adds_up AFTER INSERT ON supplier_allocation
    REFERENCING NEW TABLE AS allocated FOR EACH STATEMENT EXECUTE FUNCTION supplier_allocation_whole();
