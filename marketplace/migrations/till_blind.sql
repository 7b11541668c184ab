-- A refusal tells a bound of what a till holds: it is counted, and after the second the till is counted first (ADR 0027).

ALTER TABLE shift
    -- how often its cashier asked for more cash than the till held
    ADD COLUMN refusal_count smallint NOT NULL DEFAULT 0 CHECK (refusal_count >= 0);
