-- Which books take cards, and how what came is shared: all of it the cooperative's ('collect'), or a transfer to each
-- seller's connected account once the goods are handed over ('split').

CREATE TABLE stripe_store (
    book text PRIMARY KEY CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    is_active boolean NOT NULL DEFAULT true,
    sharing text NOT NULL DEFAULT 'collect' CHECK (sharing IN ('collect', 'split')),
    changed_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> '')
);

-- A seller's account at Stripe, by the name the seller has in the books ('organisation:5').
CREATE TABLE stripe_account (
    owner text PRIMARY KEY CHECK (owner ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    account_id text NOT NULL UNIQUE CHECK (account_id ~ '^acct_[A-Za-z0-9]{4,60}$'),
    -- Stripe may withdraw it at any time; the seller is then paid by the cooperative itself
    may_receive boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL
);

-- What went to connected accounts for a payment; reversed pro rata when it is refunded.
CREATE TABLE stripe_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    owner text NOT NULL,
    account_id text NOT NULL,
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0),
    reversed_rupiah bigint NOT NULL DEFAULT 0 CHECK (reversed_rupiah BETWEEN 0 AND amount_rupiah),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'succeeded', 'failed')),
    gateway_id text NOT NULL DEFAULT '' CHECK (length(gateway_id) <= 200),
    UNIQUE (payment_id, owner)
);

-- A buyer's bank took a payment back for now; the last word is Stripe's.
CREATE TABLE payment_dispute (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id bigint NOT NULL REFERENCES payment (id) ON DELETE RESTRICT,
    gateway_id text NOT NULL UNIQUE CHECK (length(gateway_id) BETWEEN 3 AND 200),
    amount_rupiah bigint NOT NULL CHECK (amount_rupiah > 0),
    state text NOT NULL CHECK (state IN ('open', 'won', 'lost')),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 100),
    evidence_until timestamptz NULL,
    -- what the store's people know of it: when and to whom the goods were handed over
    evidence_note text NOT NULL DEFAULT '' CHECK (length(evidence_note) <= 2000),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz NULL,
    CHECK ((state = 'open') = (closed_at IS NULL))
);
CREATE INDEX payment_dispute_payment ON payment_dispute (payment_id);
