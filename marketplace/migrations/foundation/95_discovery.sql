-- Which search documents are out of date: a key is marked in the business transaction and removed only when the
-- document was sent and `generation` has not moved since it was read.

CREATE TABLE search_dirty (
    index_name text NOT NULL CHECK (index_name IN ('listings', 'offers', 'stores')),
    document_id bigint NOT NULL,
    generation bigint NOT NULL DEFAULT 1,
    marked_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz NULL,
    PRIMARY KEY (index_name, document_id)
);
CREATE INDEX search_dirty_queue ON search_dirty (marked_at);
