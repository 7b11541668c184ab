-- The ledger: accounts, append-only transfers of one debit and one credit, and the balances projected from them.
-- A book is the closed set of accounts of one cooperative store ('store:12'); no transfer crosses books.

CREATE TABLE ledger_account_kind (
    kind text PRIMARY KEY CHECK (kind ~ '^[a-z][a-z_]*$'),
    statement_class text NOT NULL CHECK (statement_class IN ('asset', 'liability', 'equity', 'income', 'expense')),
    normal_side text NOT NULL CHECK (normal_side IN ('debit', 'credit')),
    may_be_negative boolean NOT NULL,
    UNIQUE (kind, normal_side, may_be_negative)
);

-- The same rows stand in payments/ledger/accounts.py with their names and explanations; a test compares both.
INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('till_cash', 'asset', 'debit', false),
    ('safe_cash', 'asset', 'debit', false),
    ('bank', 'asset', 'debit', true),
    ('qris_clearing', 'asset', 'debit', true),
    ('stripe_clearing', 'asset', 'debit', true),
    ('buyer_receivable', 'asset', 'debit', true),
    ('inventory', 'asset', 'debit', true),
    ('supplier_payable', 'liability', 'credit', true),
    ('opening_balance', 'equity', 'credit', true),
    ('goods_revenue', 'income', 'credit', true),
    ('consignment_fee_revenue', 'income', 'credit', true),
    ('delivery_revenue', 'income', 'credit', true),
    ('sales_returns', 'income', 'debit', true),
    ('cost_of_goods_sold', 'expense', 'debit', true),
    ('inventory_loss', 'expense', 'debit', true),
    ('cash_over_short', 'expense', 'debit', true);

CREATE TABLE ledger_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    kind text NOT NULL,
    reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 200),
    normal_side text NOT NULL,
    may_be_negative boolean NOT NULL,
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (book, kind, reference),
    -- targets of the composite keys below
    UNIQUE (id, book),
    UNIQUE (id, normal_side, may_be_negative),
    FOREIGN KEY (kind, normal_side, may_be_negative)
        REFERENCES ledger_account_kind (kind, normal_side, may_be_negative) ON DELETE RESTRICT
);

-- what all books owe one supplier
CREATE INDEX ledger_account_supplier ON ledger_account (reference) WHERE kind = 'supplier_payable';

CREATE TABLE ledger_balance (
    account_id bigint PRIMARY KEY,
    -- copied from the account, held equal by the composite key, so that one CHECK can see them
    normal_side text NOT NULL,
    may_be_negative boolean NOT NULL,
    debit_rupiah bigint NOT NULL DEFAULT 0 CHECK (debit_rupiah >= 0),
    credit_rupiah bigint NOT NULL DEFAULT 0 CHECK (credit_rupiah >= 0),
    FOREIGN KEY (account_id, normal_side, may_be_negative)
        REFERENCES ledger_account (id, normal_side, may_be_negative) ON DELETE RESTRICT,
    CONSTRAINT ledger_balance_not_negative CHECK (
        may_be_negative
        OR CASE normal_side WHEN 'debit' THEN debit_rupiah >= credit_rupiah ELSE credit_rupiah >= debit_rupiah END
    )
);

CREATE TABLE ledger_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL,
    debit_account_id bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0 AND amount_rupiah <= 1000000000000000),
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    event text NOT NULL CHECK (length(event) BETWEEN 1 AND 200),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    author text NOT NULL CHECK (author <> ''),
    reason text NOT NULL DEFAULT '',
    corrects_transfer_id bigint NULL,
    CONSTRAINT ledger_transfer_source_event_key UNIQUE (source, event),
    UNIQUE (id, book),
    CHECK (debit_account_id <> credit_account_id),
    CHECK (corrects_transfer_id IS NULL OR reason <> ''),
    FOREIGN KEY (debit_account_id, book) REFERENCES ledger_account (id, book) ON DELETE RESTRICT,
    FOREIGN KEY (credit_account_id, book) REFERENCES ledger_account (id, book) ON DELETE RESTRICT,
    FOREIGN KEY (corrects_transfer_id, book) REFERENCES ledger_transfer (id, book) ON DELETE RESTRICT
);

-- the statement of an account reads these two in id order; the amount is included so that its opening sum stays in the index
CREATE INDEX ledger_transfer_debit ON ledger_transfer (debit_account_id, id) INCLUDE (amount_rupiah);
CREATE INDEX ledger_transfer_credit ON ledger_transfer (credit_account_id, id) INCLUDE (amount_rupiah);
CREATE INDEX ledger_transfer_book_day ON ledger_transfer (book, occurred_at);
-- a transfer is reversed once
CREATE UNIQUE INDEX ledger_transfer_corrects_once ON ledger_transfer (corrects_transfer_id)
    WHERE corrects_transfer_id IS NOT NULL;


CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'LG002', HINT = 'Correct by a new reversing transfer.';
END $$;

CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_balance_kept BEFORE DELETE OR TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();


-- Each account has its balance row from its first moment.
CREATE FUNCTION ledger_open_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_balance (account_id, normal_side, may_be_negative)
        SELECT id, normal_side, may_be_negative FROM opened;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_account_open_balance AFTER INSERT ON ledger_account
    REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION ledger_open_balance();


-- The projection follows each INSERT of transfers, whoever makes it, in the same statement.
-- Locks: the balance rows touched, in account-id order, so that postings in any order cannot deadlock.
CREATE FUNCTION ledger_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
    updated integer;
BEGIN
    SELECT array_agg(account_id) INTO touched
        FROM (SELECT debit_account_id AS account_id FROM posted UNION SELECT credit_account_id FROM posted) AS sides;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM ledger_balance WHERE account_id = ANY (touched) ORDER BY account_id FOR NO KEY UPDATE;
    UPDATE ledger_balance AS balance
        SET debit_rupiah = balance.debit_rupiah + moved.debit, credit_rupiah = balance.credit_rupiah + moved.credit
        FROM (
            SELECT account_id, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
            FROM (
                SELECT debit_account_id AS account_id, amount_rupiah AS debit, 0 AS credit FROM posted
                UNION ALL
                SELECT credit_account_id, 0, amount_rupiah FROM posted
            ) AS sides
            GROUP BY account_id
        ) AS moved
        WHERE balance.account_id = moved.account_id;
    GET DIAGNOSTICS updated = ROW_COUNT;
    IF updated <> cardinality(touched) THEN
        RAISE EXCEPTION 'a ledger account has no balance row' USING ERRCODE = 'LG003';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_project AFTER INSERT ON ledger_transfer
    REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION ledger_project();


-- Posts all transfers of one source in one round trip; all or none. The n-th items of the arrays belong together.
--
-- 1. Accounts are opened on first use, in key order: two first uses at once wait for each other instead of failing.
-- 2. Balance rows are locked in account-id order BEFORE any transfer gets its id. So, of one account, the order of ids is the
--    order of commits, and a reader that goes on after the last id it saw misses nothing.
-- 3. Transfers are inserted; an event that exists already is left alone, and must then be the very same transfer (else LG001).
CREATE FUNCTION ledger_post(
    p_book text, p_source text, p_events text[], p_amounts bigint[],
    p_debit_kinds text[], p_debit_references text[], p_credit_kinds text[], p_credit_references text[],
    p_corrects bigint[], p_occurred_at timestamptz, p_author text, p_reason text
) RETURNS TABLE (event text, transfer_id bigint, is_new boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    inserted_ids bigint[];
    conflicting text;
BEGIN
    INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
        SELECT DISTINCT p_book, wanted.kind, wanted.reference, facts.normal_side, facts.may_be_negative
        FROM unnest(p_debit_kinds || p_credit_kinds, p_debit_references || p_credit_references) AS wanted (kind, reference)
        LEFT JOIN ledger_account_kind AS facts ON facts.kind = wanted.kind
        WHERE NOT EXISTS (
            SELECT FROM ledger_account AS account
            WHERE account.book = p_book AND account.kind = wanted.kind AND account.reference = wanted.reference
        )
        ORDER BY wanted.kind, wanted.reference
        ON CONFLICT (book, kind, reference) DO NOTHING;

    PERFORM 1
        FROM ledger_balance AS balance
        WHERE balance.account_id IN (
            SELECT account.id
            FROM unnest(p_debit_kinds || p_credit_kinds, p_debit_references || p_credit_references) AS wanted (kind, reference)
            JOIN ledger_account AS account
                ON account.book = p_book AND account.kind = wanted.kind AND account.reference = wanted.reference
        )
        ORDER BY balance.account_id
        FOR NO KEY UPDATE OF balance;

    WITH inserted AS (
        INSERT INTO ledger_transfer (
            book, debit_account_id, credit_account_id, amount_rupiah, source, event, occurred_at, author, reason,
            corrects_transfer_id
        )
        SELECT p_book, debit.id, credit.id, wanted.amount_rupiah, p_source, wanted.event, p_occurred_at, p_author, p_reason,
               wanted.corrects
        FROM unnest(
            p_events, p_amounts, p_debit_kinds, p_debit_references, p_credit_kinds, p_credit_references, p_corrects
        ) AS wanted (event, amount_rupiah, debit_kind, debit_reference, credit_kind, credit_reference, corrects)
        LEFT JOIN ledger_account AS debit ON debit.book = p_book
            AND debit.kind = wanted.debit_kind AND debit.reference = wanted.debit_reference
        LEFT JOIN ledger_account AS credit ON credit.book = p_book
            AND credit.kind = wanted.credit_kind AND credit.reference = wanted.credit_reference
        -- one order for all, so that two postings of the same keys with other accounts cannot wait for each other
        ORDER BY wanted.event COLLATE "C"
        ON CONFLICT (source, event) DO NOTHING
        RETURNING id
    )
    SELECT coalesce(array_agg(inserted.id), '{}') INTO inserted_ids FROM inserted;

    IF cardinality(inserted_ids) < cardinality(p_events) THEN
        SELECT min(transfer.event) INTO conflicting
        FROM unnest(
            p_events, p_amounts, p_debit_kinds, p_debit_references, p_credit_kinds, p_credit_references, p_corrects
        ) AS wanted (event, amount_rupiah, debit_kind, debit_reference, credit_kind, credit_reference, corrects)
        JOIN ledger_transfer AS transfer ON transfer.source = p_source AND transfer.event = wanted.event
        JOIN ledger_account AS debit ON debit.id = transfer.debit_account_id
        JOIN ledger_account AS credit ON credit.id = transfer.credit_account_id
        WHERE (transfer.book, transfer.amount_rupiah, debit.kind, debit.reference, credit.kind, credit.reference)
                <> (p_book, wanted.amount_rupiah, wanted.debit_kind, wanted.debit_reference,
                    wanted.credit_kind, wanted.credit_reference)
            OR transfer.corrects_transfer_id IS DISTINCT FROM wanted.corrects;
        IF conflicting IS NOT NULL THEN
            RAISE EXCEPTION 'posted before as another transfer' USING ERRCODE = 'LG001', DETAIL = conflicting;
        END IF;
    END IF;

    RETURN QUERY
        SELECT transfer.event, transfer.id, transfer.id = ANY (inserted_ids)
        FROM ledger_transfer AS transfer
        WHERE transfer.source = p_source AND transfer.event = ANY (p_events);
END $$;
