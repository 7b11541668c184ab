-- What moved on cooperatives' own accounts, beside what moved on ours: empty for ours.

ALTER TABLE stripe_balance_transaction
    ADD account_id text NOT NULL DEFAULT '' CHECK (length(account_id) <= 100);
ALTER TABLE stripe_listing
    ADD account_id text NOT NULL DEFAULT '' CHECK (length(account_id) <= 100),
    DROP CONSTRAINT stripe_listing_pkey,
    ADD PRIMARY KEY (provider, account_id);
