-- Shares that are on their way to suppliers: nobody pays them otherwise meanwhile. They are few, and end within seconds.
CREATE INDEX stripe_transfer_pending ON stripe_transfer (payment_id) WHERE state = 'pending';
-- Whose they are that stand in a payout.
CREATE INDEX stripe_transfer_gateway ON stripe_transfer (gateway_id) WHERE gateway_id <> '';
