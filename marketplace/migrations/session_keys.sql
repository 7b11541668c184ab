-- What signing in answered holds a token, if sealed, so it is removed sooner than other answers.
-- No column that an answer changes stands in it, so keeping an answer still updates no index.
CREATE INDEX idempotency_key_of_contacts ON idempotency_key (created_at) WHERE scope LIKE 'contact:%';
