-- What papers say never changes afterwards: neither the register, nor the rows that papers are printed from.

CREATE FUNCTION document_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is on paper: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'LD001', HINT = 'Correct by a new document, such as a credit note.';
END $$;

CREATE TRIGGER document_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON document
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER document_issuer_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON document_issuer
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER document_counter_kept BEFORE DELETE OR TRUNCATE ON document_counter
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER receipt_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON receipt
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER tab_repayment_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON tab_repayment
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER bank_deposit_frozen BEFORE UPDATE OF store_id, number, amount_rupiah, bank_reference, made_by, made_at
    ON bank_deposit FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER bank_deposit_kept BEFORE DELETE OR TRUNCATE ON bank_deposit
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();

-- Of a sale: what was sold at which price. What is brought back is counted beside it.
CREATE TRIGGER orders_frozen BEFORE UPDATE OF
    store_id, code, channel, is_member, goods_rupiah, delivery_rupiah, total_rupiah, placed_at
    ON orders FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER order_line_frozen BEFORE UPDATE OF
    order_id, store_id, listing_id, name, unit_code, source, quantity, unit_price_rupiah, total_rupiah, conversions
    ON order_line FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER order_line_kept BEFORE DELETE OR TRUNCATE ON order_line
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER order_return_frozen BEFORE UPDATE ON order_return
    FOR EACH ROW WHEN (OLD.state = 'done') EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER order_return_kept BEFORE DELETE OR TRUNCATE ON order_return
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER order_return_line_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON order_return_line
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
