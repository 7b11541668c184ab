-- Refunds in parts, by the way that fits; never more than was paid, whatever fails on the way.

DROP TRIGGER payment_refund_append_only ON payment_refund;
ALTER TABLE payment_refund
    DROP CONSTRAINT payment_refund_once,
    DROP CONSTRAINT payment_refund_payment_id_book_amount_rupiah_fkey,
    ADD COLUMN method text NOT NULL DEFAULT 'cash' CHECK (method IN ('cash', 'qris', 'transfer', 'stripe', 'tab')),
    -- pending: asked of a gateway; what a gateway refuses later is failed, and the buyer is owed the money again
    ADD COLUMN state text NOT NULL DEFAULT 'succeeded' CHECK (state IN ('pending', 'succeeded', 'failed')),
    ADD COLUMN reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 200),
    ADD COLUMN gateway_id text NOT NULL DEFAULT '' CHECK (length(gateway_id) <= 200),
    ADD CONSTRAINT payment_refund_amount_check CHECK (amount_rupiah > 0),
    ADD CONSTRAINT payment_refund_cash_has_till CHECK ((method = 'cash') = (till_reference <> '')),
    ADD CONSTRAINT payment_refund_payment_fkey FOREIGN KEY (payment_id, book)
        REFERENCES payment (id, book) ON DELETE RESTRICT;
ALTER TABLE payment_refund ALTER COLUMN method DROP DEFAULT, ALTER COLUMN state DROP DEFAULT;
CREATE INDEX payment_refund_payment ON payment_refund (payment_id, id);
CREATE UNIQUE INDEX payment_refund_gateway_id_once ON payment_refund (method, gateway_id) WHERE gateway_id <> '';
CREATE INDEX payment_refund_pending ON payment_refund (recorded_at) WHERE state = 'pending';

CREATE FUNCTION payment_refund_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% keeps its rows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'LG002';
    END IF;
    IF (OLD.payment_id, OLD.book, OLD.amount_rupiah, OLD.method, OLD.till_reference, OLD.key, OLD.author, OLD.reason,
        OLD.refunded_at)
        IS DISTINCT FROM (NEW.payment_id, NEW.book, NEW.amount_rupiah, NEW.method, NEW.till_reference, NEW.key,
                          NEW.author, NEW.reason, NEW.refunded_at)
        OR (OLD.state, NEW.state) NOT IN (('pending', 'pending'), ('pending', 'succeeded'), ('pending', 'failed'),
                                          ('succeeded', 'succeeded'), ('succeeded', 'failed'), ('failed', 'failed')) THEN
        RAISE EXCEPTION 'a refund keeps what it is; it only fails or succeeds' USING ERRCODE = 'LG002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_refund_kept BEFORE UPDATE OR DELETE ON payment_refund
    FOR EACH ROW EXECUTE FUNCTION payment_refund_guard();
CREATE TRIGGER payment_refund_not_emptied BEFORE TRUNCATE ON payment_refund
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- The payment follows its refunds in the same statement; its CHECK refuses the rupiah too much. A failed refund makes
-- the payment a success again; where its payable was paid anew meanwhile, it is surplus now.
CREATE FUNCTION payment_refund_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    delta bigint := CASE WHEN NEW.state = 'failed' THEN 0 ELSE NEW.amount_rupiah END;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        delta := delta - CASE WHEN OLD.state = 'failed' THEN 0 ELSE OLD.amount_rupiah END;
    END IF;
    IF delta <> 0 THEN
        UPDATE payment
            SET refunded_rupiah = refunded_rupiah + delta,
                state = CASE WHEN refunded_rupiah + delta = amount_rupiah - discount_rupiah THEN 'reversed' ELSE 'succeeded' END,
                is_surplus = is_surplus OR (state = 'reversed' AND EXISTS (
                    SELECT FROM payment AS other
                    WHERE other.payable = payment.payable AND other.id <> payment.id
                      AND other.state = 'succeeded' AND NOT other.is_surplus))
            WHERE id = NEW.payment_id AND succeeded_at IS NOT NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'only money that came is given back' USING ERRCODE = 'LG002';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_refund_follow AFTER INSERT OR UPDATE ON payment_refund
    FOR EACH ROW EXECUTE FUNCTION payment_refund_project();
