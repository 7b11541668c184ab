-- Stock of a listing: a balance that always equals the sum of its movements and can never go below zero. Beside the units
-- stands what they cost the store (own stock; others' goods cost nothing), so that the book's inventory is exact.

CREATE TABLE stock (
    listing_id bigint PRIMARY KEY,
    store_id bigint NOT NULL,
    on_hand integer NOT NULL DEFAULT 0 CHECK (on_hand >= 0),
    reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    value_rupiah bigint NOT NULL DEFAULT 0 CHECK (value_rupiah >= 0),
    CONSTRAINT stock_is_not_oversold CHECK (reserved <= on_hand),
    CONSTRAINT stock_of_nothing_is_worth_nothing CHECK (on_hand > 0 OR value_rupiah = 0),
    FOREIGN KEY (store_id, listing_id) REFERENCES listing (store_id, id) ON DELETE RESTRICT
);
CREATE INDEX stock_store_id ON stock (store_id, listing_id);

CREATE TABLE stock_movement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    listing_id bigint NOT NULL REFERENCES stock (listing_id) ON DELETE RESTRICT,
    store_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('opening', 'receipt', 'sale', 'return', 'adjustment', 'damage', 'withdrawal')),
    quantity integer NOT NULL CHECK (quantity <> 0),
    -- What these units cost the store, with the sign of the quantity.
    value_rupiah bigint NOT NULL DEFAULT 0 CHECK (CASE WHEN quantity > 0 THEN value_rupiah >= 0 ELSE value_rupiah <= 0 END),
    source text NOT NULL,
    event text NOT NULL,
    author_id bigint NULL REFERENCES person (id) ON DELETE RESTRICT,
    reason text NOT NULL DEFAULT '',
    occurred_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT stock_movement_direction CHECK (
        CASE kind WHEN 'sale' THEN quantity < 0 WHEN 'damage' THEN quantity < 0 WHEN 'withdrawal' THEN quantity < 0
                  WHEN 'receipt' THEN quantity > 0 WHEN 'return' THEN quantity > 0 WHEN 'opening' THEN quantity > 0
                  ELSE true END),
    CONSTRAINT stock_movement_once UNIQUE (listing_id, source, event)
);
CREATE INDEX stock_movement_store_id ON stock_movement (store_id, occurred_at);
CREATE INDEX stock_movement_author_id ON stock_movement (author_id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: record a correction instead', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stock_movement_is_append_only BEFORE UPDATE OR DELETE ON stock_movement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER stock_movement_is_never_truncated BEFORE TRUNCATE ON stock_movement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
