-- What signing in answered holds a token, if sealed, so it is removed sooner than other answers.
-- No column that an answer changes stands in it, so keeping an answer still updates no index.
-- It may be there: this migration once had the same number as another, and which of the two ran was chance.
CREATE INDEX IF NOT EXISTS idempotency_key_of_contacts ON idempotency_key (created_at) WHERE scope LIKE 'contact:%';
