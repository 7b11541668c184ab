-- Transfers to suppliers that pay an entry of a settlement run, and calls that are about no payment.

ALTER TABLE gateway_call
    ALTER payment_id DROP NOT NULL,
    DROP CONSTRAINT gateway_call_purpose_check,
    ADD CONSTRAINT gateway_call_purpose_check CHECK (purpose IN (
        'checkout', 'look', 'expire', 'refund', 'look_refund', 'transfer', 'reversal', 'supplier_transfer', 'account')),
    ADD CONSTRAINT gateway_call_about CHECK ((payment_id IS NULL) = (purpose IN ('supplier_transfer', 'account')));

-- A transfer is a share of one payment, or pays what a book owes (`source` is the posting's).
ALTER TABLE stripe_transfer
    ALTER payment_id DROP NOT NULL,
    ADD book text NULL,
    ADD source text NULL,
    ADD CONSTRAINT stripe_transfer_about CHECK (
        (payment_id IS NULL) = (book IS NOT NULL) AND (book IS NULL) = (source IS NULL));
-- what one source pays goes out once; a transfer that failed may be tried anew
CREATE UNIQUE INDEX stripe_transfer_source_once ON stripe_transfer (source) WHERE state <> 'failed';

-- How far an account's owner has come with Stripe's form.
ALTER TABLE stripe_account
    ADD is_submitted boolean NOT NULL DEFAULT false,
    ADD needs_more boolean NOT NULL DEFAULT false;
CREATE INDEX gateway_call_account ON gateway_call (key) WHERE payment_id IS NULL;
