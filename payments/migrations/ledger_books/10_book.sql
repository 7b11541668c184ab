-- A book's clock and how far it is closed; the day on which each transfer stands.

CREATE TABLE ledger_book (
    book text PRIMARY KEY CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    -- where the book's days begin; whoever owns the book says so before its first transfer
    time_zone text NOT NULL DEFAULT 'Asia/Jakarta',
    -- up to and with this day nothing is booked any more
    closed_through date NULL
);
INSERT INTO ledger_book (book) SELECT DISTINCT book FROM ledger_account;

CREATE OR REPLACE FUNCTION ledger_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, normal_side, may_be_negative)
        SELECT id, normal_side, may_be_negative FROM opened;
    INSERT INTO ledger_book (book) SELECT DISTINCT book FROM opened ORDER BY book ON CONFLICT (book) DO NOTHING;
    RETURN NULL;
END $$;

-- Kinds whose accounts come and go with one thing (an order, a shift, a deposit): reports and closed days sum them up.
ALTER TABLE ledger_account_kind ADD COLUMN is_passing boolean NOT NULL DEFAULT false;
UPDATE ledger_account_kind SET is_passing = true
    WHERE kind IN ('till_cash', 'buyer_receivable', 'refund_due', 'cash_in_transit');

-- The day is written once, by the book's clock of that moment: a book that moves to another zone keeps its past.
ALTER TABLE ledger_transfer ADD COLUMN booked_on date NULL;
ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only;
UPDATE ledger_transfer SET booked_on = (occurred_at AT TIME ZONE 'Asia/Jakarta')::date;
ALTER TABLE ledger_transfer ENABLE TRIGGER ledger_transfer_append_only;
ALTER TABLE ledger_transfer ALTER COLUMN booked_on SET NOT NULL;

-- Statements and reports read by day: an account's in the order of its days, a book's sums from the index alone.
DROP INDEX ledger_transfer_debit, ledger_transfer_credit, ledger_transfer_book_day;
CREATE INDEX ledger_transfer_debit ON ledger_transfer (debit_account_id, booked_on, id) INCLUDE (amount_rupiah);
CREATE INDEX ledger_transfer_credit ON ledger_transfer (credit_account_id, booked_on, id) INCLUDE (amount_rupiah);
CREATE INDEX ledger_transfer_book_day ON ledger_transfer (book, booked_on)
    INCLUDE (debit_account_id, credit_account_id, amount_rupiah);

-- Writes the day of each transfer, whoever inserts it, and refuses a day that is closed (LG004).
-- Locks the book's row in share: who closes waits for the postings under way, and they for the one who closes. A twin
-- of what stands already passes, so that posting again is answered with the earlier ids whatever was closed meanwhile.
CREATE FUNCTION ledger_transfer_day() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its ledger_book;
BEGIN
    SELECT * INTO its FROM ledger_book WHERE book = NEW.book FOR SHARE;
    IF its.book IS NULL THEN
        RAISE EXCEPTION 'a transfer without a book' USING ERRCODE = 'LG003';
    END IF;
    NEW.booked_on := (NEW.occurred_at AT TIME ZONE its.time_zone)::date;
    IF NEW.booked_on <= its.closed_through AND NOT EXISTS (
        SELECT FROM ledger_transfer AS twin WHERE twin.source = NEW.source AND twin.event = NEW.event
    ) THEN
        RAISE EXCEPTION '% is closed through %', NEW.book, its.closed_through
            USING ERRCODE = 'LG004', DETAIL = its.closed_through::text;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_transfer_day BEFORE INSERT ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION ledger_transfer_day();
