-- The audit trail: who did what to which subject. Append-only; no personal data in `detail`.

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT now(),
    person_id bigint NULL REFERENCES person (id) ON DELETE RESTRICT,
    organisation_id bigint NULL REFERENCES organisation (id) ON DELETE RESTRICT,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_organisation_id ON audit_event (organisation_id, id);
CREATE INDEX audit_event_person_id ON audit_event (person_id, id);
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_is_never_truncated BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The dated history of a legal status is evidence of the same kind: two reports of different days stay reproducible.
CREATE TRIGGER organisation_status_is_append_only BEFORE UPDATE OR DELETE ON organisation_status
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Turnover of a store by the day of its own time zone: what reports read instead of every receipt.
-- Kept by the trigger below in the transaction that writes the receipt; a check can recompute it.
CREATE TABLE turnover_day (
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    day date NOT NULL,
    -- Whether the buyer was a member on the day of the sale (frozen on the order).
    is_member boolean NOT NULL,
    sale_count integer NOT NULL CHECK (sale_count >= 0),
    return_count integer NOT NULL CHECK (return_count >= 0),
    sold_rupiah bigint NOT NULL CHECK (sold_rupiah >= 0),
    returned_rupiah bigint NOT NULL CHECK (returned_rupiah >= 0),
    PRIMARY KEY (store_id, day, is_member)
);
CREATE INDEX turnover_day_day ON turnover_day (day, store_id);

-- A receipt's number is taken from its store's row, so receipts of one store are written one after the other anyway:
-- the row of the day adds no waiting. One statement for however many receipts (an import copies thousands).
CREATE FUNCTION count_turnover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO turnover_day AS t (store_id, day, is_member, sale_count, return_count, sold_rupiah, returned_rupiah)
    SELECT n.store_id, (n.issued_at AT TIME ZONE s.time_zone)::date, o.is_member,
           count(*) FILTER (WHERE n.kind = 'sale'), count(*) FILTER (WHERE n.kind = 'return'),
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'sale'), 0),
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'return'), 0)
    FROM new_receipts n
    JOIN store s ON s.id = n.store_id
    JOIN orders o ON o.id = n.order_id
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (store_id, day, is_member) DO UPDATE SET
        sale_count = t.sale_count + excluded.sale_count,
        return_count = t.return_count + excluded.return_count,
        sold_rupiah = t.sold_rupiah + excluded.sold_rupiah,
        returned_rupiah = t.returned_rupiah + excluded.returned_rupiah;
    RETURN NULL;
END $$;
CREATE TRIGGER receipt_counts_as_turnover AFTER INSERT ON receipt
    REFERENCING NEW TABLE AS new_receipts FOR EACH STATEMENT EXECUTE FUNCTION count_turnover();

-- What the list of remarkable things looks at: tiny indexes of the few rows that are remarkable.
CREATE INDEX order_line_below_cost ON order_line (store_id, order_id)
    WHERE source = 'own_stock' AND unit_price_rupiah < unit_cost_rupiah;
CREATE INDEX shift_with_variance ON shift (store_id, closed_at) WHERE counted_rupiah <> expected_rupiah;
