-- What gateways tell us, kept before anything is done with it. A repeated delivery meets its row; a twin with another id
-- is harmless, because an event only says "look at this object again".

CREATE TABLE gateway_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9_]{1,30}$'),
    event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 200),
    kind text NOT NULL DEFAULT '' CHECK (length(kind) <= 100),
    object_id text NOT NULL DEFAULT '' CHECK (length(object_id) <= 200),
    is_live boolean NOT NULL DEFAULT true,
    body text NOT NULL CHECK (length(body) <= 1000000),
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    handled_at timestamptz NULL,
    outcome text NOT NULL DEFAULT '' CHECK (length(outcome) <= 500),
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (provider, event_id)
);
CREATE INDEX gateway_event_waiting ON gateway_event (next_try_at, id) WHERE handled_at IS NULL;
