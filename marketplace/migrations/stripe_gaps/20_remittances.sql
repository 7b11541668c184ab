-- The paper of a payment to a supplier is called a remittance, as everywhere else.

ALTER TABLE document DISABLE TRIGGER document_frozen;
ALTER TABLE document DROP CONSTRAINT document_kind_check;
UPDATE document SET kind = 'remittance' WHERE kind = 'statement';
ALTER TABLE document ADD CONSTRAINT document_kind_check
    CHECK (kind IN ('receipt', 'repayment', 'invoice', 'credit_note', 'remittance', 'deposit'));
ALTER TABLE document ENABLE TRIGGER document_frozen;

CREATE FUNCTION document_of_remittance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'remittance', NEW.number, NEW.amount_rupiah, NEW.paid_at);
    RETURN NULL;
END $$;
DROP TRIGGER settlement_payment_is_document ON settlement_payment;
CREATE TRIGGER settlement_payment_is_document AFTER INSERT ON settlement_payment
    FOR EACH ROW EXECUTE FUNCTION document_of_remittance();
DROP FUNCTION document_of_statement();
