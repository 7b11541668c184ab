-- What Stripe says moved on the account, each movement once, held against the clearing accounts of the books.

CREATE TABLE stripe_balance_transaction (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 3 AND 200),
    -- Stripe's word: charge, refund, adjustment, transfer, payout, stripe_fee …
    kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 60),
    source_id text NOT NULL CHECK (length(source_id) <= 200),
    -- by which it is found whose money it is; empty where it is about neither
    charge_id text NOT NULL DEFAULT '' CHECK (length(charge_id) <= 200),
    transfer_id text NOT NULL DEFAULT '' CHECK (length(transfer_id) <= 200),
    -- hundredths of a rupiah, as Stripe counts
    amount_sen bigint NOT NULL,
    fee_sen bigint NOT NULL,
    currency text NOT NULL CHECK (length(currency) = 3),
    happened_at timestamptz NOT NULL,
    kept_at timestamptz NOT NULL
);
CREATE INDEX stripe_balance_transaction_charge ON stripe_balance_transaction (charge_id) WHERE charge_id <> '';
CREATE INDEX stripe_balance_transaction_transfer ON stripe_balance_transaction (transfer_id) WHERE transfer_id <> '';
CREATE INDEX stripe_balance_transaction_happened ON stripe_balance_transaction (happened_at);
CREATE TRIGGER stripe_balance_transaction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stripe_balance_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- How far the list has been read whole.
CREATE TABLE stripe_listing (
    provider text PRIMARY KEY CHECK (provider = 'stripe'),
    read_through timestamptz NOT NULL
);
