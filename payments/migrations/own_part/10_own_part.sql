-- The cooperative's own part of a card payment, sent to its own account at Stripe, and what became of it there.

INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('stripe_balance', 'asset', 'debit', true);

ALTER TABLE stripe_transfer
    -- the cooperative's, out of what is left after its suppliers' shares
    ADD is_own boolean NOT NULL DEFAULT false,
    -- 1, and higher where it goes out once more after a dispute was won
    ADD number integer NOT NULL DEFAULT 1 CHECK (number >= 1),
    -- of the payment, when this was wanted: later refunds take back in proportion to what was left then
    ADD refunded_before_rupiah bigint NOT NULL DEFAULT 0 CHECK (refunded_before_rupiah >= 0),
    -- what Stripe calls it on the account that it came to ('py_…'); its payouts and movements name it so
    ADD arrived_as text NOT NULL DEFAULT '' CHECK (length(arrived_as) <= 200),
    DROP CONSTRAINT stripe_transfer_payment_id_owner_key,
    ADD CONSTRAINT stripe_transfer_once UNIQUE (payment_id, owner, is_own, number),
    ADD CONSTRAINT stripe_transfer_own_of_payment CHECK (payment_id IS NOT NULL OR NOT is_own);
CREATE INDEX stripe_transfer_arrived ON stripe_transfer (arrived_as) WHERE arrived_as <> '';
CREATE INDEX stripe_transfer_own ON stripe_transfer (account_id) WHERE is_own;

-- Whose event it is at the provider: empty for our own account, else a connected one's.
ALTER TABLE gateway_event ADD account_id text NOT NULL DEFAULT '' CHECK (length(account_id) <= 100);

-- What Stripe would not take back, for those who look after the store.
CREATE INDEX gateway_call_refused_back ON gateway_call (payment_id) WHERE purpose = 'reversal' AND state = 'refused';
