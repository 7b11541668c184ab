-- Of a day's turnover: what was cash. Surplus that was given back is no part of it, in cash or otherwise.

ALTER TABLE turnover_day ADD COLUMN cash_rupiah bigint NOT NULL DEFAULT 0;

-- What turnover_day should hold, from the receipts.
CREATE VIEW turnover_recounted AS
    SELECT n.store_id, (n.issued_at AT TIME ZONE s.time_zone)::date AS day, o.is_member,
           count(*) FILTER (WHERE n.kind = 'sale')::integer AS sale_count,
           count(*) FILTER (WHERE n.kind = 'return')::integer AS return_count,
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'sale'), 0)::bigint AS sold_rupiah,
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'return'), 0)::bigint AS returned_rupiah,
           coalesce(sum(CASE n.kind WHEN 'sale' THEN n.amount_rupiah ELSE -n.amount_rupiah END)
                    FILTER (WHERE n.method = 'cash'), 0)::bigint AS cash_rupiah
    FROM receipt n
    JOIN store s ON s.id = n.store_id
    JOIN orders o ON o.id = n.order_id
    WHERE n.kind IN ('sale', 'return')
    GROUP BY 1, 2, 3;

UPDATE turnover_day AS t SET cash_rupiah = r.cash_rupiah FROM turnover_recounted AS r
    WHERE (r.store_id, r.day, r.is_member) = (t.store_id, t.day, t.is_member);

CREATE OR REPLACE FUNCTION count_turnover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO turnover_day AS t (store_id, day, is_member, sale_count, return_count, sold_rupiah, returned_rupiah,
                                   cash_rupiah)
    SELECT n.store_id, (n.issued_at AT TIME ZONE s.time_zone)::date, o.is_member,
           count(*) FILTER (WHERE n.kind = 'sale'), count(*) FILTER (WHERE n.kind = 'return'),
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'sale'), 0),
           coalesce(sum(n.amount_rupiah) FILTER (WHERE n.kind = 'return'), 0),
           coalesce(sum(CASE n.kind WHEN 'sale' THEN n.amount_rupiah ELSE -n.amount_rupiah END)
                    FILTER (WHERE n.method = 'cash'), 0)
    FROM new_receipts n
    JOIN store s ON s.id = n.store_id
    JOIN orders o ON o.id = n.order_id
    WHERE n.kind IN ('sale', 'return')
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (store_id, day, is_member) DO UPDATE SET
        sale_count = t.sale_count + excluded.sale_count,
        return_count = t.return_count + excluded.return_count,
        sold_rupiah = t.sold_rupiah + excluded.sold_rupiah,
        returned_rupiah = t.returned_rupiah + excluded.returned_rupiah,
        cash_rupiah = t.cash_rupiah + excluded.cash_rupiah;
    RETURN NULL;
END $$;
