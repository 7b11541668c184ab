-- Lines of a bank's statement that are what the book had booked already: cash brought there, money that was sent.

-- A move is what one source did to a bank account in one go: the transfers of the source whose events begin alike
-- ('order:5' and 'return:4': goods, tax and delivery of one return are one payment at the bank).
ALTER TABLE statement_match
    ADD COLUMN move_source text NULL CHECK (length(move_source) BETWEEN 1 AND 200),
    ADD COLUMN move_part text NULL CHECK (length(move_part) BETWEEN 1 AND 200),
    DROP CONSTRAINT statement_match_kind_check,
    ADD CONSTRAINT statement_match_kind_check CHECK (kind IN ('payment', 'payout', 'bank_fee', 'deposit', 'move')),
    ADD CONSTRAINT statement_match_move_whole CHECK (
        (kind IN ('deposit', 'move')) = (move_source IS NOT NULL) AND (move_source IS NULL) = (move_part IS NULL)),
    -- a move is seen once
    ADD CONSTRAINT statement_match_move_once UNIQUE (book, move_source, move_part);
CREATE INDEX statement_match_when ON statement_match (book, matched_at);

-- At the end of the transaction a line and its move are the same to the rupiah, or nothing of it stands.
CREATE FUNCTION statement_match_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line statement_line;
    moved bigint;
BEGIN
    SELECT * INTO line FROM statement_line WHERE id = NEW.line_id;
    SELECT sum(CASE WHEN transfer.debit_account_id = account.id THEN transfer.amount_rupiah
                    ELSE -transfer.amount_rupiah END) INTO moved
        FROM ledger_transfer AS transfer
        JOIN ledger_account AS account ON account.id IN (transfer.debit_account_id, transfer.credit_account_id)
        WHERE transfer.source = NEW.move_source AND split_part(transfer.event, '.', 1) = NEW.move_part
          AND transfer.book = NEW.book AND account.kind = 'bank' AND account.reference = line.account_reference
          AND NOT EXISTS (SELECT FROM ledger_transfer AS back WHERE back.corrects_transfer_id = transfer.id);
    IF moved * 100 IS DISTINCT FROM line.amount_sen THEN
        RAISE EXCEPTION 'line % holds % sen, % % moved % rupiah', NEW.line_id, line.amount_sen, NEW.move_source,
            NEW.move_part, moved USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_match_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_match_adds_up AFTER INSERT ON statement_match
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.move_source IS NOT NULL)
    EXECUTE FUNCTION statement_match_adds_up();

-- Lines of which nothing became yet, kept by triggers: reading them costs as much as there are, however long the past.
CREATE TABLE statement_open_line (
    line_id bigint PRIMARY KEY,
    book text NOT NULL,
    happened_on date NOT NULL,
    FOREIGN KEY (line_id, book) REFERENCES statement_line (id, book) ON DELETE RESTRICT
);
CREATE INDEX statement_open_line_day ON statement_open_line (book, happened_on, line_id);
INSERT INTO statement_open_line (line_id, book, happened_on)
    SELECT id, book, happened_on FROM statement_line AS line
    WHERE NOT EXISTS (SELECT FROM statement_match AS match WHERE match.line_id = line.id);

CREATE FUNCTION statement_line_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO statement_open_line (line_id, book, happened_on) SELECT id, book, happened_on FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_line_opens AFTER INSERT ON statement_line
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION statement_line_opens();

CREATE FUNCTION statement_match_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM statement_open_line USING added WHERE statement_open_line.line_id = added.line_id;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_match_closes AFTER INSERT ON statement_match
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION statement_match_closes();
