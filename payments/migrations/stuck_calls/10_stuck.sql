-- What a person has to look at, and whether they have; few of many rows, so they have an index of their own.

ALTER TABLE gateway_call ADD COLUMN seen_at timestamptz NULL;
CREATE INDEX gateway_call_stuck ON gateway_call (id) WHERE state IN ('refused', 'given_up') AND seen_at IS NULL;
