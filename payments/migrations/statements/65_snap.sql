-- Providers of QRIS that tell a store's money by signed callbacks.

CREATE TABLE snap_provider (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    provider text NOT NULL CHECK (provider ~ '^[a-z][a-z0-9]{1,20}$'),
    -- X-PARTNER-ID: who the store is to the provider
    partner_id text NOT NULL CHECK (length(partner_id) BETWEEN 3 AND 36),
    scheme text NOT NULL CHECK (scheme IN ('hmac', 'rsa')),
    -- the shared secret, sealed by the caller; empty for rsa
    secret_sealed bytea NOT NULL,
    -- the provider's key, PEM; empty for hmac
    public_key text NOT NULL DEFAULT '' CHECK (length(public_key) <= 4000),
    is_active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> '')
);
CREATE UNIQUE INDEX snap_provider_partner_once ON snap_provider (provider, partner_id) WHERE is_active;
CREATE UNIQUE INDEX snap_provider_book_once ON snap_provider (book) WHERE is_active;
