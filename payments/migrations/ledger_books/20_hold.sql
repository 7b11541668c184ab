-- Holds: money set aside that is posted or let go later. Both tables are only added to; the balance row counts what is
-- pending on each side, and money that may not be negative must cover what is pending against it.

CREATE TABLE ledger_hold (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL,
    debit_account_id bigint NOT NULL,
    credit_account_id bigint NOT NULL,
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0 AND amount_rupiah <= 1000000000000000),
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
    event text NOT NULL CHECK (length(event) BETWEEN 1 AND 200),
    held_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    reason text NOT NULL DEFAULT '',
    CONSTRAINT ledger_hold_source_event_key UNIQUE (source, event),
    CHECK (debit_account_id <> credit_account_id),
    FOREIGN KEY (debit_account_id, book) REFERENCES ledger_account (id, book) ON DELETE RESTRICT,
    FOREIGN KEY (credit_account_id, book) REFERENCES ledger_account (id, book) ON DELETE RESTRICT
);
CREATE INDEX ledger_hold_debit ON ledger_hold (debit_account_id);
CREATE INDEX ledger_hold_credit ON ledger_hold (credit_account_id);
CREATE INDEX ledger_hold_book ON ledger_hold (book, id);

-- What became of a hold. A posted one is a transfer of the same source and event.
CREATE TABLE ledger_hold_end (
    hold_id bigint PRIMARY KEY REFERENCES ledger_hold (id) ON DELETE RESTRICT,
    outcome text NOT NULL CHECK (outcome IN ('posted', 'voided')),
    ended_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    reason text NOT NULL DEFAULT '',
    CHECK (outcome = 'posted' OR reason <> '')
);

CREATE TRIGGER ledger_hold_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_hold
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_hold_end_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_hold_end
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

ALTER TABLE ledger_balance
    ADD COLUMN pending_debit_rupiah bigint NOT NULL DEFAULT 0 CHECK (pending_debit_rupiah >= 0),
    ADD COLUMN pending_credit_rupiah bigint NOT NULL DEFAULT 0 CHECK (pending_credit_rupiah >= 0),
    DROP CONSTRAINT ledger_balance_not_negative,
    ADD CONSTRAINT ledger_balance_not_negative CHECK (
        may_be_negative
        OR CASE normal_side
            WHEN 'debit' THEN debit_rupiah >= credit_rupiah + pending_credit_rupiah
            ELSE credit_rupiah >= debit_rupiah + pending_debit_rupiah
        END
    );

-- The pending sums follow the two tables, whoever writes them. Locks both balance rows in account-id order.
CREATE FUNCTION ledger_hold_project() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held ledger_hold;
    sign integer := 1;
BEGIN
    IF TG_TABLE_NAME = 'ledger_hold' THEN
        held := NEW;
    ELSE
        SELECT * INTO held FROM ledger_hold WHERE id = NEW.hold_id;
        sign := -1;
    END IF;
    PERFORM 1 FROM ledger_balance WHERE account_id IN (held.debit_account_id, held.credit_account_id)
        ORDER BY account_id FOR NO KEY UPDATE;
    UPDATE ledger_balance
        SET pending_debit_rupiah = pending_debit_rupiah
                + CASE account_id WHEN held.debit_account_id THEN sign * held.amount_rupiah ELSE 0 END,
            pending_credit_rupiah = pending_credit_rupiah
                + CASE account_id WHEN held.credit_account_id THEN sign * held.amount_rupiah ELSE 0 END
        WHERE account_id IN (held.debit_account_id, held.credit_account_id);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_hold_follow AFTER INSERT ON ledger_hold FOR EACH ROW EXECUTE FUNCTION ledger_hold_project();
CREATE TRIGGER ledger_hold_end_follow AFTER INSERT ON ledger_hold_end
    FOR EACH ROW EXECUTE FUNCTION ledger_hold_project();


-- Sets an amount aside, once for each (source, event); again with other content is LG001. Opens accounts on first use.
CREATE FUNCTION ledger_hold(
    p_book text, p_source text, p_event text, p_amount bigint,
    p_debit_kind text, p_debit_reference text, p_credit_kind text, p_credit_reference text,
    p_held_at timestamptz, p_author text, p_reason text
) RETURNS TABLE (hold_id bigint, is_new boolean) LANGUAGE plpgsql AS $$
DECLARE
    debit_id bigint;
    credit_id bigint;
    held ledger_hold;
BEGIN
    INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
        SELECT p_book, wanted.kind, wanted.reference, facts.normal_side, facts.may_be_negative
        FROM (VALUES (p_debit_kind, p_debit_reference), (p_credit_kind, p_credit_reference)) AS wanted (kind, reference)
        JOIN ledger_account_kind AS facts ON facts.kind = wanted.kind
        ORDER BY wanted.kind, wanted.reference
        ON CONFLICT (book, kind, reference) DO NOTHING;
    SELECT id INTO STRICT debit_id FROM ledger_account
        WHERE book = p_book AND kind = p_debit_kind AND reference = p_debit_reference;
    SELECT id INTO STRICT credit_id FROM ledger_account
        WHERE book = p_book AND kind = p_credit_kind AND reference = p_credit_reference;
    PERFORM 1 FROM ledger_balance WHERE account_id IN (debit_id, credit_id) ORDER BY account_id FOR NO KEY UPDATE;
    INSERT INTO ledger_hold (book, debit_account_id, credit_account_id, amount_rupiah, source, event, held_at, author,
                             reason)
        VALUES (p_book, debit_id, credit_id, p_amount, p_source, p_event, p_held_at, p_author, p_reason)
        ON CONFLICT (source, event) DO NOTHING RETURNING * INTO held;
    IF held.id IS NOT NULL THEN
        -- a hold becomes the transfer of its name: that name must be free
        IF EXISTS (SELECT FROM ledger_transfer WHERE source = p_source AND event = p_event) THEN
            RAISE EXCEPTION 'posted before' USING ERRCODE = 'LG001', DETAIL = p_event;
        END IF;
        RETURN QUERY SELECT held.id, true;
        RETURN;
    END IF;
    SELECT * INTO held FROM ledger_hold WHERE source = p_source AND event = p_event;
    IF (held.book, held.debit_account_id, held.credit_account_id, held.amount_rupiah)
        <> (p_book, debit_id, credit_id, p_amount) THEN
        RAISE EXCEPTION 'held before as something else' USING ERRCODE = 'LG001', DETAIL = p_event;
    END IF;
    RETURN QUERY SELECT held.id, false;
END $$;


-- Ends a hold, once: 'posted' makes the transfer of its name, 'voided' lets the money go. The same end again answers
-- with is_new false, the other end is LG005, no such hold gives no row. The pending sum goes before the transfer comes:
-- both under the locks of the balance rows, so nobody can take the money in between.
CREATE FUNCTION ledger_end_hold(
    p_book text, p_source text, p_event text, p_outcome text, p_at timestamptz, p_author text, p_reason text
) RETURNS TABLE (transfer_id bigint, is_new boolean) LANGUAGE plpgsql AS $$
DECLARE
    held ledger_hold;
    earlier text;
    posted_id bigint;
BEGIN
    SELECT * INTO held FROM ledger_hold WHERE source = p_source AND event = p_event AND book = p_book;
    IF held.id IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM ledger_balance WHERE account_id IN (held.debit_account_id, held.credit_account_id)
        ORDER BY account_id FOR NO KEY UPDATE;
    SELECT outcome INTO earlier FROM ledger_hold_end WHERE ledger_hold_end.hold_id = held.id;
    IF earlier <> p_outcome THEN
        RAISE EXCEPTION 'the hold is % already', earlier USING ERRCODE = 'LG005', DETAIL = earlier;
    END IF;
    IF earlier IS NULL THEN
        INSERT INTO ledger_hold_end (hold_id, outcome, ended_at, author, reason)
            VALUES (held.id, p_outcome, p_at, p_author, p_reason);
        IF p_outcome = 'posted' THEN
            INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event,
                                         occurred_at, author, reason)
                VALUES (held.book, held.debit_account_id, held.credit_account_id, held.amount_rupiah, held.source,
                        held.event, p_at, p_author, coalesce(nullif(p_reason, ''), held.reason))
                RETURNING id INTO posted_id;
        END IF;
    ELSIF p_outcome = 'posted' THEN
        SELECT id INTO posted_id FROM ledger_transfer WHERE source = p_source AND event = p_event;
    END IF;
    RETURN QUERY SELECT posted_id, earlier IS NULL;
END $$;
