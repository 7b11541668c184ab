-- How many orders with a product were handed over on a day, of the last ninety days: product.popularity is the sum, as
-- of when it last moved noticeably (docs/decisions/0026). Days are those of western Indonesia.
CREATE TABLE product_demand (
    product_id bigint NOT NULL REFERENCES product (id) ON DELETE RESTRICT,
    day date NOT NULL,
    order_count integer NOT NULL CHECK (order_count > 0),
    PRIMARY KEY (product_id, day)
);
CREATE INDEX product_demand_day ON product_demand (day);

-- Days that were counted, each once, after it was over.
CREATE TABLE demand_day (
    day date PRIMARY KEY,
    counted_at timestamptz NOT NULL DEFAULT now()
);

-- Products whose sum has moved since their popularity was looked at.
CREATE TABLE demand_due (
    product_id bigint PRIMARY KEY REFERENCES product (id) ON DELETE RESTRICT
);

-- What was given out on a day: at the counter an order begins as completed, others are handed over first.
CREATE INDEX order_history_given_out ON order_history (happened_at) INCLUDE (order_id, id)
    WHERE state IN ('handed_over', 'completed');

-- What stands there was said when the goods were entered; it counts like orders of that day and fades like them.
INSERT INTO product_demand (product_id, day, order_count)
SELECT id, (now() AT TIME ZONE 'Asia/Jakarta')::date - 1, popularity FROM product WHERE popularity > 0;
