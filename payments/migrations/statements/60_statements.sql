-- Statements of banks and QRIS acquirers: files, each of their lines once, and what a line was matched with.

CREATE TABLE statement_import (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    -- bank: an account's statement; qris: an acquirer's list of payments
    kind text NOT NULL CHECK (kind IN ('bank', 'qris')),
    -- a file that somebody brought, or a provider's signed callback
    source text NOT NULL CHECK (source IN ('file', 'callback')),
    file_name text NOT NULL CHECK (length(file_name) <= 200),
    line_count integer NOT NULL CHECK (line_count >= 0),
    new_count integer NOT NULL CHECK (new_count >= 0),
    imported_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> '')
);
CREATE INDEX statement_import_book ON statement_import (book, id);

CREATE TABLE statement_line (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    import_id bigint NOT NULL REFERENCES statement_import (id) ON DELETE RESTRICT,
    book text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bank', 'qris')),
    -- 'bank:4' as in the ledger; 'qris' for the merchant
    account_reference text NOT NULL CHECK (account_reference <> ''),
    -- account, day, amount, text and running number among equals, or number and amount of a QRIS payment: once
    digest text NOT NULL CHECK (length(digest) = 64),
    happened_on date NOT NULL,
    happened_at timestamptz NULL,
    -- hundredths of a rupiah, as banks count; above zero it came
    amount_sen bigint NOT NULL CHECK (amount_sen <> 0 AND abs(amount_sen) < 100000000000000000),
    fee_sen bigint NULL,
    balance_sen bigint NULL,
    description text NOT NULL CHECK (length(description) <= 300),
    reference text NOT NULL CHECK (length(reference) <= 64),
    -- the bill that a QRIS payment names; empty where the list does not say
    bill_number text NOT NULL DEFAULT '' CHECK (length(bill_number) <= 64),
    CONSTRAINT statement_line_once UNIQUE (book, account_reference, digest),
    UNIQUE (id, book)
);
CREATE INDEX statement_line_import ON statement_line (import_id);
CREATE INDEX statement_line_day ON statement_line (book, account_reference, happened_on, id);

-- What became of a line: a payment's money, the acquirer's pay-out of QRIS payments, or the bank's own cost.
CREATE TABLE statement_match (
    line_id bigint PRIMARY KEY,
    book text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('payment', 'payout', 'bank_fee')),
    payment_id bigint NULL,
    matched_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    CHECK ((kind = 'payment') = (payment_id IS NOT NULL)),
    -- a payment's money comes once
    CONSTRAINT statement_match_payment_once UNIQUE (payment_id),
    FOREIGN KEY (line_id, book) REFERENCES statement_line (id, book) ON DELETE RESTRICT,
    FOREIGN KEY (payment_id, book) REFERENCES payment (id, book) ON DELETE RESTRICT
);

-- Which QRIS payments a pay-out carried.
CREATE TABLE qris_payout (
    payment_id bigint PRIMARY KEY,
    book text NOT NULL,
    line_id bigint NOT NULL REFERENCES statement_match (line_id) ON DELETE RESTRICT,
    FOREIGN KEY (payment_id, book) REFERENCES payment (id, book) ON DELETE RESTRICT
);
CREATE INDEX qris_payout_line ON qris_payout (line_id);

CREATE TRIGGER statement_import_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_import
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER statement_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_line
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER statement_match_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON statement_match
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER qris_payout_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON qris_payout
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
