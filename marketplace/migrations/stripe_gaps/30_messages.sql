-- Messages hold a person's words and address, sealed; old ones leave.

CREATE INDEX outgoing_message_created_at ON outgoing_message (created_at);
