-- Of a day's turnover: what was cash. Money that came too much or too late was never sold, so giving it back is no return.

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
    JOIN payment p ON p.id = n.payment_id
    WHERE NOT (n.kind = 'return' AND p.is_surplus)
    GROUP BY 1, 2, 3;

UPDATE turnover_day AS t SET
    return_count = coalesce(r.return_count, 0), returned_rupiah = coalesce(r.returned_rupiah, 0),
    cash_rupiah = coalesce(r.cash_rupiah, 0)
FROM turnover_day AS old
LEFT JOIN turnover_recounted AS r ON (r.store_id, r.day, r.is_member) = (old.store_id, old.day, old.is_member)
WHERE (t.store_id, t.day, t.is_member) = (old.store_id, old.day, old.is_member);

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
    JOIN payment p ON p.id = n.payment_id
    WHERE NOT (n.kind = 'return' AND p.is_surplus)
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (store_id, day, is_member) DO UPDATE SET
        sale_count = t.sale_count + excluded.sale_count,
        return_count = t.return_count + excluded.return_count,
        sold_rupiah = t.sold_rupiah + excluded.sold_rupiah,
        returned_rupiah = t.returned_rupiah + excluded.returned_rupiah,
        cash_rupiah = t.cash_rupiah + excluded.cash_rupiah;
    RETURN NULL;
END $$;
