-- What the worker removes is found by an index: on a large installation it read the whole table every hour.
CREATE INDEX session_expires_at ON session (expires_at);
CREATE INDEX session_ended_at ON session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX password_reset_expires_at ON password_reset (expires_at);

-- Guests' carts alone are removed; residents' old ones stay, and were passed over each time.
DROP INDEX cart_touched_at;
CREATE INDEX cart_guest_touched_at ON cart (touched_at) WHERE person_id IS NULL;

-- Never written: an answer is kept whole or not at all.
ALTER TABLE idempotency_key DROP COLUMN status_code;
