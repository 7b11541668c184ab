-- Closing days: what stood on a closed day is summed up once and never changes, because nothing can be booked there.

-- One act of closing, from the first day that was open through a day that is over; only added to.
CREATE TABLE ledger_close (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL,
    -- the last day closed before; null the first time
    after_day date NULL,
    through_day date NOT NULL,
    transfer_count bigint NOT NULL CHECK (transfer_count >= 0),
    closed_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    -- why it was closed in spite of differences that were open
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    CHECK (after_day < through_day),
    UNIQUE (book, through_day)
);

-- What closed days moved, by kind, and by account where accounts of the kind stay ('' stands for all that come and go).
CREATE TABLE ledger_day_sum (
    book text NOT NULL,
    on_day date NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    debit_rupiah bigint NOT NULL CHECK (debit_rupiah >= 0),
    credit_rupiah bigint NOT NULL CHECK (credit_rupiah >= 0),
    PRIMARY KEY (book, on_day, kind, reference)
);
CREATE INDEX ledger_day_sum_account ON ledger_day_sum (book, kind, reference, on_day)
    INCLUDE (debit_rupiah, credit_rupiah);

CREATE TRIGGER ledger_close_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_close
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_day_sum_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_day_sum
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_book_kept BEFORE DELETE OR TRUNCATE ON ledger_book
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- A day that is closed stays closed: the mark goes forward only, and only to where an act of closing says.
CREATE FUNCTION ledger_book_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.closed_through IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_close WHERE book = NEW.book AND through_day = NEW.closed_through
    ) THEN
        RAISE EXCEPTION 'no act of closing reaches this day' USING ERRCODE = 'LG002';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.book <> OLD.book OR (OLD.closed_through IS NOT NULL
        AND (NEW.closed_through IS NULL OR NEW.closed_through < OLD.closed_through))) THEN
        RAISE EXCEPTION 'a closed day stays closed' USING ERRCODE = 'LG002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_book_guarded BEFORE INSERT OR UPDATE ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_book_guard();


-- The sums of a book's transfers by day as ledger_day_sum keeps them.
CREATE FUNCTION ledger_sum_days(p_book text, p_after date, p_through date)
RETURNS TABLE (on_day date, kind text, reference text, debit_rupiah bigint, credit_rupiah bigint)
LANGUAGE sql STABLE AS $$
    SELECT side.booked_on, account.kind, CASE WHEN facts.is_passing THEN '' ELSE account.reference END,
           sum(side.debit)::bigint, sum(side.credit)::bigint
    FROM (
        SELECT booked_on, debit_account_id AS account_id, sum(amount_rupiah) AS debit, 0 AS credit
        FROM ledger_transfer WHERE book = p_book AND booked_on > p_after AND booked_on <= p_through GROUP BY 1, 2
        UNION ALL
        SELECT booked_on, credit_account_id, 0, sum(amount_rupiah)
        FROM ledger_transfer WHERE book = p_book AND booked_on > p_after AND booked_on <= p_through GROUP BY 1, 2
    ) AS side
    JOIN ledger_account AS account ON account.id = side.account_id
    JOIN ledger_account_kind AS facts ON facts.kind = account.kind
    GROUP BY 1, 2, 3
$$;


-- Closes all open days of a book through one that is over on its own clock at p_at (else LG006). Days closed before
-- answer with is_new false. The book's row is locked first, so postings under way are waited for and seen: each
-- statement here reads what was committed when it began, which is why only READ COMMITTED may close.
CREATE FUNCTION ledger_close_days(p_book text, p_through date, p_at timestamptz, p_author text, p_reason text)
RETURNS TABLE (closed_through date, is_new boolean) LANGUAGE plpgsql AS $$
DECLARE
    its ledger_book;
    moved bigint;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'days are closed in READ COMMITTED' USING ERRCODE = 'LG003';
    END IF;
    INSERT INTO ledger_book (book) VALUES (p_book) ON CONFLICT (book) DO NOTHING;
    SELECT * INTO its FROM ledger_book WHERE book = p_book FOR UPDATE;
    IF p_through <= its.closed_through THEN
        RETURN QUERY SELECT its.closed_through, false;
        RETURN;
    END IF;
    IF p_through >= (p_at AT TIME ZONE its.time_zone)::date THEN
        RAISE EXCEPTION 'the day is not over' USING ERRCODE = 'LG006', DETAIL = p_through::text;
    END IF;
    INSERT INTO ledger_day_sum (book, on_day, kind, reference, debit_rupiah, credit_rupiah)
        SELECT p_book, summed.* FROM ledger_sum_days(p_book, coalesce(its.closed_through, '-infinity'), p_through) AS summed;
    SELECT count(*) INTO moved FROM ledger_transfer
        WHERE book = p_book AND booked_on > coalesce(its.closed_through, '-infinity') AND booked_on <= p_through;
    INSERT INTO ledger_close (book, after_day, through_day, transfer_count, closed_at, author, reason)
        VALUES (p_book, its.closed_through, p_through, moved, p_at, p_author, p_reason);
    UPDATE ledger_book AS closing SET closed_through = p_through WHERE closing.book = p_book;
    RETURN QUERY SELECT p_through, true;
END $$;
