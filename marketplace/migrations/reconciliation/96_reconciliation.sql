-- Why a difference stays: said by a person, kept for good. A difference whose amount changes asks anew.

CREATE TABLE difference_explanation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind <> ''),
    -- what it is about: 'line:7', 'payment:4', 'shift:9'
    subject text NOT NULL CHECK (subject <> ''),
    amount_sen bigint NOT NULL,
    note text NOT NULL CHECK (length(note) BETWEEN 5 AND 500),
    explained_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    explained_at timestamptz NOT NULL,
    CONSTRAINT difference_explanation_once UNIQUE (store_id, kind, subject, amount_sen)
);
CREATE INDEX difference_explanation_explained_by ON difference_explanation (explained_by);
CREATE TRIGGER difference_explanation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON difference_explanation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
