-- Messages hold a person's words and address, sealed; those that were sent and old ones leave.

CREATE INDEX outgoing_message_sent_at ON outgoing_message (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outgoing_message_created_at ON outgoing_message (created_at);
