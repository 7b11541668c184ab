-- A payment is an attempt until its money is there: QRIS, transfer and gateways wait, cash does not.

ALTER TABLE payment
    -- what the buyer was let off so that a transfer's amount tells whose it is; the store's cost
    ADD COLUMN discount_rupiah bigint NOT NULL DEFAULT 0,
    ADD COLUMN refunded_rupiah bigint NOT NULL DEFAULT 0,
    -- money beyond what the payable needed: it came although another payment had settled it, or it had ended
    ADD COLUMN is_surplus boolean NOT NULL DEFAULT false,
    -- what the buyer is shown to pay with: a QRIS text, a bank account, a gateway's address
    ADD COLUMN instruction text NOT NULL DEFAULT '' CHECK (length(instruction) <= 2000),
    -- which of the store's own accounts the money lands in ('bank:4'); empty where there is one only
    ADD COLUMN channel_reference text NOT NULL DEFAULT '' CHECK (length(channel_reference) <= 200),
    -- the gateway's name of the attempt
    ADD COLUMN gateway_id text NOT NULL DEFAULT '' CHECK (length(gateway_id) <= 200),
    ADD COLUMN expires_at timestamptz NULL,
    DROP CONSTRAINT payment_method_check,
    DROP CONSTRAINT payment_state_check,
    ADD CONSTRAINT payment_method_check CHECK (method IN ('cash', 'qris', 'transfer', 'stripe', 'tab')),
    ADD CONSTRAINT payment_state_check CHECK (
        state IN ('pending', 'awaiting_confirmation', 'succeeded', 'failed', 'expired', 'cancelled', 'reversed')),
    ADD CONSTRAINT payment_discount_is_a_part CHECK (
        discount_rupiah >= 0 AND discount_rupiah < amount_rupiah AND (discount_rupiah = 0 OR method = 'transfer')),
    ADD CONSTRAINT payment_surplus_is_money CHECK (NOT is_surplus OR succeeded_at IS NOT NULL),
    ADD CONSTRAINT payment_id_book_key UNIQUE (id, book);

-- so far whatever was given back was given back whole
ALTER TABLE payment DISABLE TRIGGER payment_kept;
UPDATE payment SET refunded_rupiah = amount_rupiah WHERE state = 'reversed';
ALTER TABLE payment ENABLE TRIGGER payment_kept;
ALTER TABLE payment
    ADD CONSTRAINT payment_refunded_is_a_part CHECK (
        refunded_rupiah >= 0 AND refunded_rupiah <= amount_rupiah - discount_rupiah
        AND (state = 'reversed') = (refunded_rupiah = amount_rupiah - discount_rupiah)
        AND (refunded_rupiah = 0 OR succeeded_at IS NOT NULL));

DROP INDEX payment_succeeded_once;
CREATE UNIQUE INDEX payment_succeeded_once ON payment (payable) WHERE state = 'succeeded' AND NOT is_surplus;
-- two tabs get the same attempt
CREATE UNIQUE INDEX payment_open_once ON payment (payable, method) WHERE state IN ('pending', 'awaiting_confirmation');
-- the amount alone says whose transfer it is
CREATE UNIQUE INDEX payment_transfer_amount_once ON payment (book, (amount_rupiah - discount_rupiah))
    WHERE method = 'transfer' AND state = 'awaiting_confirmation';
-- one number of the other side pays once
CREATE UNIQUE INDEX payment_reference_once ON payment (book, method, reference)
    WHERE reference <> '' AND succeeded_at IS NOT NULL;
CREATE UNIQUE INDEX payment_gateway_id_once ON payment (method, gateway_id) WHERE gateway_id <> '';
CREATE INDEX payment_open_book ON payment (book, recorded_at) WHERE state IN ('pending', 'awaiting_confirmation');
CREATE INDEX payment_open_until ON payment (expires_at) WHERE state IN ('pending', 'awaiting_confirmation');

-- What happened to an attempt, oldest first; only added to.
CREATE TABLE payment_history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    state text NOT NULL,
    happened_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    detail text NOT NULL DEFAULT '' CHECK (length(detail) <= 500)
);
CREATE INDEX payment_history_payment ON payment_history (payment_id, id);
CREATE TRIGGER payment_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_history
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Success is never taken back but by a refund, and what was agreed on never changes.
CREATE OR REPLACE FUNCTION payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% keeps its rows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'LG002';
    END IF;
    IF (OLD.payable, OLD.book, OLD.method, OLD.amount_rupiah, OLD.discount_rupiah, OLD.key)
        IS DISTINCT FROM (NEW.payable, NEW.book, NEW.method, NEW.amount_rupiah, NEW.discount_rupiah, NEW.key) THEN
        RAISE EXCEPTION 'what a payment is for and how much it is never changes' USING ERRCODE = 'LG002';
    END IF;
    IF OLD.succeeded_at IS NOT NULL AND NEW.state NOT IN ('succeeded', 'reversed') THEN
        RAISE EXCEPTION 'a payment does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'LG002';
    END IF;
    IF OLD.succeeded_at IS NOT NULL AND (
        OLD.succeeded_at, OLD.tendered_rupiah, OLD.change_rupiah, OLD.reference, OLD.till_reference, OLD.author
    ) IS DISTINCT FROM (
        NEW.succeeded_at, NEW.tendered_rupiah, NEW.change_rupiah, NEW.reference, NEW.till_reference, NEW.author
    ) THEN
        RAISE EXCEPTION 'a payment that succeeded stays as it was' USING ERRCODE = 'LG002';
    END IF;
    IF pg_trigger_depth() = 1
        AND (NEW.refunded_rupiah <> OLD.refunded_rupiah OR (NEW.state = 'reversed') <> (OLD.state = 'reversed')) THEN
        RAISE EXCEPTION 'what was given back follows the refunds' USING ERRCODE = 'LG002';
    END IF;
    RETURN NEW;
END $$;
