-- Payments by whichever way, and what was given back of them. What a payment is for (`payable`, 'order:123') is not ours to know.

CREATE TABLE payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payable text NOT NULL CHECK (length(payable) BETWEEN 1 AND 200),
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    method text NOT NULL CHECK (method IN ('cash', 'qris', 'transfer', 'stripe')),
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0 AND amount_rupiah <= 1000000000000000),
    -- what the buyer handed over and got back; cash only
    tendered_rupiah bigint NULL,
    change_rupiah bigint NULL,
    state text NOT NULL CHECK (state IN ('pending', 'awaiting_confirmation', 'succeeded', 'failed', 'expired', 'reversed')),
    -- the other side's number for it (RRN of a QRIS payment, a gateway's id); empty for cash
    reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 200),
    -- the shift whose till took it; cash only
    till_reference text NOT NULL DEFAULT '' CHECK (length(till_reference) <= 200),
    key text NOT NULL CONSTRAINT payment_key_key UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    author text NOT NULL CHECK (author <> ''),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    succeeded_at timestamptz NULL,
    UNIQUE (id, book, amount_rupiah),
    CONSTRAINT payment_cash_adds_up CHECK (
        CASE WHEN method = 'cash'
            THEN tendered_rupiah IS NOT NULL AND change_rupiah IS NOT NULL AND change_rupiah >= 0
                AND tendered_rupiah - change_rupiah = amount_rupiah AND till_reference <> ''
            ELSE tendered_rupiah IS NULL AND change_rupiah IS NULL AND till_reference = '' END
    ),
    CHECK ((state IN ('succeeded', 'reversed')) = (succeeded_at IS NOT NULL))
);

-- one success for one payable, unless it was given back
CREATE UNIQUE INDEX payment_succeeded_once ON payment (payable) WHERE state = 'succeeded';
CREATE INDEX payment_payable ON payment (payable);
CREATE INDEX payment_book_day ON payment (book, succeeded_at);

CREATE TABLE payment_refund (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL,
    book text NOT NULL,
    amount_rupiah bigint NOT NULL,
    till_reference text NOT NULL DEFAULT '' CHECK (length(till_reference) <= 200),
    key text NOT NULL CONSTRAINT payment_refund_key_key UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    author text NOT NULL CHECK (author <> ''),
    reason text NOT NULL CHECK (reason <> ''),
    refunded_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- whole refunds only so far: once, and of exactly the amount paid
    CONSTRAINT payment_refund_once UNIQUE (payment_id),
    FOREIGN KEY (payment_id, book, amount_rupiah) REFERENCES payment (id, book, amount_rupiah) ON DELETE RESTRICT
);

-- Success is never taken back but by a refund, and what was agreed on never changes.
CREATE FUNCTION payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% keeps its rows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'LG002';
    END IF;
    IF (OLD.payable, OLD.book, OLD.method, OLD.amount_rupiah, OLD.key)
        IS DISTINCT FROM (NEW.payable, NEW.book, NEW.method, NEW.amount_rupiah, NEW.key) THEN
        RAISE EXCEPTION 'what a payment is for and how much it is never changes' USING ERRCODE = 'LG002';
    END IF;
    IF OLD.state = 'reversed' AND NEW.state <> 'reversed'
        OR OLD.state = 'succeeded' AND NEW.state NOT IN ('succeeded', 'reversed') THEN
        RAISE EXCEPTION 'a payment does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'LG002';
    END IF;
    IF OLD.succeeded_at IS NOT NULL AND (
        OLD.succeeded_at, OLD.tendered_rupiah, OLD.change_rupiah, OLD.reference, OLD.till_reference, OLD.author
    ) IS DISTINCT FROM (
        NEW.succeeded_at, NEW.tendered_rupiah, NEW.change_rupiah, NEW.reference, NEW.till_reference, NEW.author
    ) THEN
        RAISE EXCEPTION 'a payment that succeeded stays as it was' USING ERRCODE = 'LG002';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payment_kept BEFORE UPDATE OR DELETE ON payment
    FOR EACH ROW EXECUTE FUNCTION payment_guard();
CREATE TRIGGER payment_not_emptied BEFORE TRUNCATE ON payment
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER payment_refund_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_refund
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
