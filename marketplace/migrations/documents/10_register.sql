-- Every paper that leaves a store: its number, day and sum once and for all, under a code that nobody can guess.

-- 16 letters of the alphabet of order codes (ids.py): more than 73 bits, readable aloud. sha256 spreads the random bits
-- of two UUIDs over all bytes.
CREATE FUNCTION document_code() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    drawn bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    code text := '';
BEGIN
    FOR place IN 0..15 LOOP
        code := code || substr('34679ACDEFGHJKMNPQRTUVWXY', get_byte(drawn, place) % 25 + 1, 1);
    END LOOP;
    RETURN code;
END $$;

-- Who issued: the store as it called itself then. A new row where something of it changed.
CREATE TABLE document_issuer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    store_name text NOT NULL,
    store_address text NOT NULL,
    store_phone text NULL,
    cooperative_name text NOT NULL,
    nib text NULL,
    npwp text NULL
);
CREATE INDEX document_issuer_store_id ON document_issuer (store_id, id);

CREATE TABLE document (
    code text PRIMARY KEY DEFAULT document_code() CHECK (code ~ '^[34679ACDEFGHJKMNPQRTUVWXY]{16}$'),
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind IN ('receipt', 'repayment', 'invoice', 'credit_note', 'statement', 'deposit')),
    number bigint NOT NULL CHECK (number > 0),
    issuer_id bigint NOT NULL REFERENCES document_issuer (id) ON DELETE RESTRICT,
    total_rupiah bigint NOT NULL CHECK (total_rupiah > 0),
    issued_at timestamptz NOT NULL,
    CONSTRAINT document_once UNIQUE (store_id, kind, number)
);
CREATE INDEX document_issuer_id ON document (issuer_id);

-- The next number of each kind that has no counter of its own yet; the row is locked until the commit, so no gaps.
CREATE TABLE document_counter (
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'deposit')),
    next_number bigint NOT NULL CHECK (next_number > 1),
    PRIMARY KEY (store_id, kind)
);

CREATE FUNCTION document_take_number(of_store bigint, of_kind text) RETURNS bigint LANGUAGE sql VOLATILE AS $$
    INSERT INTO document_counter (store_id, kind, next_number) VALUES (of_store, of_kind, 2)
    ON CONFLICT (store_id, kind) DO UPDATE SET next_number = document_counter.next_number + 1
    RETURNING next_number - 1
$$;

CREATE FUNCTION document_register(of_store bigint, of_kind text, with_number bigint, total bigint, at timestamptz)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    issuer bigint;
BEGIN
    SELECT last.id INTO issuer
    FROM store s
    JOIN organisation c ON c.id = s.cooperative_id
    JOIN LATERAL (SELECT * FROM document_issuer i WHERE i.store_id = s.id ORDER BY i.id DESC LIMIT 1) last
        ON (last.store_name, last.store_address, last.store_phone, last.cooperative_name, last.nib, last.npwp)
        IS NOT DISTINCT FROM (s.name, s.address, s.phone, c.name, c.nib, c.npwp)
    WHERE s.id = of_store;
    IF issuer IS NULL THEN
        INSERT INTO document_issuer (store_id, store_name, store_address, store_phone, cooperative_name, nib, npwp)
        SELECT s.id, s.name, s.address, s.phone, c.name, c.nib, c.npwp
        FROM store s JOIN organisation c ON c.id = s.cooperative_id WHERE s.id = of_store
        RETURNING id INTO issuer;
    END IF;
    INSERT INTO document (store_id, kind, number, issuer_id, total_rupiah, issued_at)
    VALUES (of_store, of_kind, with_number, issuer, total, at);
END $$;

-- A paper is registered by the statement that writes it: no use case can forget it, and it costs no round trip.
CREATE FUNCTION document_of_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'receipt', NEW.number, NEW.amount_rupiah, NEW.issued_at);
    RETURN NULL;
END $$;
CREATE TRIGGER receipt_is_document AFTER INSERT ON receipt FOR EACH ROW EXECUTE FUNCTION document_of_receipt();

CREATE FUNCTION document_of_repayment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'repayment', NEW.number, NEW.amount_rupiah, NEW.repaid_at);
    RETURN NULL;
END $$;
CREATE TRIGGER tab_repayment_is_document AFTER INSERT ON tab_repayment
    FOR EACH ROW EXECUTE FUNCTION document_of_repayment();

CREATE FUNCTION document_of_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'statement', NEW.number, NEW.amount_rupiah, NEW.paid_at);
    RETURN NULL;
END $$;
CREATE TRIGGER settlement_payment_is_document AFTER INSERT ON settlement_payment
    FOR EACH ROW EXECUTE FUNCTION document_of_statement();

-- Deposits had no numbers: those there are get theirs in the order in which they were made.
ALTER TABLE bank_deposit ADD COLUMN number bigint NULL;
UPDATE bank_deposit SET number = counted.number
    FROM (SELECT id, row_number() OVER (PARTITION BY store_id ORDER BY id) AS number FROM bank_deposit) AS counted
    WHERE counted.id = bank_deposit.id;
INSERT INTO document_counter (store_id, kind, next_number)
    SELECT store_id, 'deposit', max(number) + 1 FROM bank_deposit GROUP BY store_id;
ALTER TABLE bank_deposit
    ALTER COLUMN number SET NOT NULL,
    ADD CONSTRAINT bank_deposit_number_once UNIQUE (store_id, number);
CREATE FUNCTION bank_deposit_take_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.number := document_take_number(NEW.store_id, 'deposit');
    RETURN NEW;
END $$;
CREATE TRIGGER bank_deposit_numbered BEFORE INSERT ON bank_deposit
    FOR EACH ROW EXECUTE FUNCTION bank_deposit_take_number();
CREATE FUNCTION document_of_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM document_register(NEW.store_id, 'deposit', NEW.number, NEW.amount_rupiah, NEW.made_at);
    RETURN NULL;
END $$;
CREATE TRIGGER bank_deposit_is_document AFTER INSERT ON bank_deposit
    FOR EACH ROW EXECUTE FUNCTION document_of_deposit();

-- Papers from before bear today's name of their store: another one was not kept.
DO $$
DECLARE
    paper record;
BEGIN
    FOR paper IN
        SELECT store_id, 'receipt' AS kind, number, amount_rupiah, issued_at FROM receipt
        UNION ALL SELECT store_id, 'repayment', number, amount_rupiah, repaid_at FROM tab_repayment
        UNION ALL SELECT store_id, 'statement', number, amount_rupiah, paid_at FROM settlement_payment
        UNION ALL SELECT store_id, 'deposit', number, amount_rupiah, made_at FROM bank_deposit
    LOOP
        PERFORM document_register(paper.store_id, paper.kind, paper.number, paper.amount_rupiah, paper.issued_at);
    END LOOP;
END $$;

-- From which sum on a paper bears a duty stamp (meterai), and how much that is.
CREATE TABLE stamp_duty (
    effective_on date PRIMARY KEY,
    above_rupiah bigint NOT NULL CHECK (above_rupiah >= 0),
    duty_rupiah bigint NOT NULL CHECK (duty_rupiah > 0),
    rule text NOT NULL
);
INSERT INTO stamp_duty (effective_on, above_rupiah, duty_rupiah, rule) VALUES
    ('2021-01-01', 5000000, 10000, 'UU 10/2020 ps. 3 ayat (2) huruf g dan ps. 5');
