-- The audit trail: who did what to which subject. Append-only; no personal data in `detail`.

CREATE TABLE audit_event (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT now(),
    person_id bigint NULL REFERENCES person (id) ON DELETE RESTRICT,
    organisation_id bigint NULL REFERENCES organisation (id) ON DELETE RESTRICT,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_event_organisation_id ON audit_event (organisation_id, id);
CREATE INDEX audit_event_person_id ON audit_event (person_id, id);
CREATE TRIGGER audit_event_is_append_only BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_event_is_never_truncated BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The dated history of a legal status is evidence of the same kind: two reports of different days stay reproducible.
CREATE TRIGGER organisation_status_is_append_only BEFORE UPDATE OR DELETE ON organisation_status
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
