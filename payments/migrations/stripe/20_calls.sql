-- A call to a gateway, kept with its idempotency key and its exact input before it is made: whoever dies in between,
-- the worker makes the same call again and gets the same answer.

CREATE TABLE gateway_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9_]{1,30}$'),
    -- purpose:payment:attempt
    key text NOT NULL UNIQUE CHECK (length(key) BETWEEN 3 AND 200),
    purpose text NOT NULL CHECK (purpose IN ('checkout', 'look', 'expire', 'refund', 'look_refund', 'transfer', 'reversal')),
    payment_id bigint NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    refund_id bigint NULL REFERENCES payment_refund (id) ON DELETE RESTRICT,
    -- as JSON; a key with other input is refused by the gateway, so it never changes
    input text NOT NULL CHECK (length(input) <= 10000),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'refused', 'given_up')),
    outcome text NOT NULL DEFAULT '' CHECK (length(outcome) <= 500),
    attempts integer NOT NULL DEFAULT 0,
    made_at timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL
);
CREATE INDEX gateway_call_waiting ON gateway_call (next_try_at, id) WHERE state = 'waiting';
CREATE INDEX gateway_call_payment ON gateway_call (payment_id, purpose);
CREATE INDEX gateway_call_refund ON gateway_call (refund_id) WHERE refund_id IS NOT NULL;

-- one charge pays once, in whichever book
CREATE UNIQUE INDEX payment_charge_once ON payment (reference) WHERE method = 'stripe' AND succeeded_at IS NOT NULL;
-- pages that may still be paid on although their attempt has ended here
CREATE INDEX payment_page_to_close ON payment (id)
    WHERE method = 'stripe' AND state IN ('cancelled', 'failed') AND gateway_id <> '';
