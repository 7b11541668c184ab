-- What reconciliation reads at each import and each look at its page: payments of QRIS and transfers of a book, and
-- callbacks of a book that were given up. Without these it reads every payment and every event there is.

CREATE INDEX payment_seen_elsewhere ON payment (book, method, recorded_at) WHERE method IN ('qris', 'transfer');
CREATE INDEX gateway_event_given_up ON gateway_event (object_id, id) WHERE starts_with(outcome, 'given up');
