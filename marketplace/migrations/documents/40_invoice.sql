-- Invoices for what is not paid in cash, and credit notes for what is taken back; numbered without gaps per store and kind.

CREATE TABLE invoice (
    store_id bigint NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    order_id bigint NOT NULL UNIQUE,
    due_on date NOT NULL,
    -- to whom: name, address and tax number, sealed
    buyer_sealed bytea NOT NULL,
    total_rupiah bigint NOT NULL CHECK (total_rupiah > 0),
    -- PPN that is in the total, and PPh 22 that the platform takes of the store
    tax_rupiah bigint NOT NULL CHECK (tax_rupiah BETWEEN 0 AND total_rupiah),
    withheld_rupiah bigint NOT NULL CHECK (withheld_rupiah BETWEEN 0 AND total_rupiah),
    issued_at timestamptz NOT NULL,
    issued_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    PRIMARY KEY (store_id, number),
    FOREIGN KEY (store_id, order_id) REFERENCES orders (store_id, id) ON DELETE RESTRICT
);
CREATE INDEX invoice_issued_by ON invoice (issued_by);

CREATE TABLE credit_note (
    store_id bigint NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    order_id bigint NOT NULL,
    -- return: goods and their money; allowance: money without goods; void: an unpaid invoice whose order has ended
    kind text NOT NULL CHECK (kind IN ('return', 'allowance', 'void')),
    return_id bigint NULL UNIQUE REFERENCES order_return (id) ON DELETE RESTRICT,
    refund_id bigint NULL UNIQUE REFERENCES payment_refund (id) ON DELETE RESTRICT,
    -- what it takes from
    receipt_number bigint NULL,
    invoice_number bigint NULL,
    total_rupiah bigint NOT NULL CHECK (total_rupiah > 0),
    tax_rupiah bigint NOT NULL CHECK (tax_rupiah BETWEEN 0 AND total_rupiah),
    withheld_rupiah bigint NOT NULL CHECK (withheld_rupiah BETWEEN 0 AND total_rupiah),
    reason text NOT NULL CHECK (reason <> ''),
    issued_at timestamptz NOT NULL,
    issued_by bigint NULL REFERENCES person (id) ON DELETE RESTRICT,
    PRIMARY KEY (store_id, number),
    CONSTRAINT credit_note_kind_whole CHECK (
        CASE kind
            WHEN 'return' THEN return_id IS NOT NULL AND refund_id IS NOT NULL AND receipt_number IS NOT NULL
            WHEN 'allowance' THEN return_id IS NULL AND refund_id IS NOT NULL AND receipt_number IS NOT NULL
            ELSE return_id IS NULL AND refund_id IS NULL AND receipt_number IS NULL AND invoice_number IS NOT NULL
        END),
    FOREIGN KEY (store_id, order_id) REFERENCES orders (store_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (store_id, receipt_number) REFERENCES receipt (store_id, number) ON DELETE RESTRICT,
    FOREIGN KEY (store_id, invoice_number) REFERENCES invoice (store_id, number) ON DELETE RESTRICT
);
CREATE INDEX credit_note_order ON credit_note (store_id, order_id);
CREATE UNIQUE INDEX credit_note_void_once ON credit_note (order_id) WHERE kind = 'void';
CREATE INDEX credit_note_issued_by ON credit_note (issued_by);

CREATE TRIGGER invoice_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER credit_note_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_note
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();

CREATE FUNCTION document_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'invoice', NEW.number, NEW.total_rupiah, NEW.issued_at);
    RETURN NULL;
END $$;
CREATE TRIGGER invoice_is_document AFTER INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION document_of_invoice();
CREATE FUNCTION document_of_credit_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'credit_note', NEW.number, NEW.total_rupiah, NEW.issued_at);
    RETURN NULL;
END $$;
CREATE TRIGGER credit_note_is_document AFTER INSERT ON credit_note
    FOR EACH ROW EXECUTE FUNCTION document_of_credit_note();

-- An order that ends unpaid takes its invoice back, whichever way it ends.
CREATE FUNCTION invoice_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO credit_note (store_id, number, order_id, kind, invoice_number, total_rupiah, tax_rupiah,
                             withheld_rupiah, reason, issued_at)
    SELECT i.store_id, document_take_number(i.store_id, 'credit_note'), i.order_id, 'void', i.number, i.total_rupiah,
           i.tax_rupiah, i.withheld_rupiah,
           CASE NEW.state WHEN 'expired' THEN 'Pesanan tidak dibayar sampai batas waktu' ELSE 'Pesanan dibatalkan' END,
           now()
    FROM invoice i WHERE i.order_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_void_invoice AFTER UPDATE OF state ON orders FOR EACH ROW
    WHEN (NEW.state IN ('cancelled', 'expired') AND OLD.state <> NEW.state AND NEW.paid_at IS NULL)
    EXECUTE FUNCTION invoice_void();
