-- What the HTTP layer remembers: answers by idempotency key, and counters of the rate limits.

CREATE TABLE idempotency_key (
    scope text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 8 AND 200),
    request_hash bytea NOT NULL,
    status_code integer NULL,
    body bytea NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);

CREATE UNLOGGED TABLE rate_limit (
    bucket text NOT NULL,
    window_start timestamptz NOT NULL,
    hits integer NOT NULL CHECK (hits > 0),
    PRIMARY KEY (bucket, window_start)
);
CREATE INDEX rate_limit_window_start ON rate_limit (window_start);
