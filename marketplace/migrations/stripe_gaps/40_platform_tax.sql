-- PPh 22 is collected by a marketplace that was appointed, of all its sellers from a day on; off until the operator says so.
-- A setting of a store's own (its certificate of exemption, say) goes before it.

CREATE TABLE platform_tax_setting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tax text NOT NULL CHECK (tax = 'pph22'),
    is_on boolean NOT NULL,
    effective_on date NOT NULL,
    -- by which paper: the appointment, or its end
    reference text NOT NULL CHECK (reference <> ''),
    set_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    set_at timestamptz NOT NULL
);
CREATE INDEX platform_tax_setting_day ON platform_tax_setting (tax, effective_on, id);
CREATE INDEX platform_tax_setting_set_by ON platform_tax_setting (set_by);
CREATE FUNCTION platform_tax_setting_refuse_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A day begins in Papua first: it must have begun for no store.
    IF NEW.effective_on <= (NEW.set_at AT TIME ZONE 'Asia/Jayapura')::date THEN
        RAISE EXCEPTION 'a tax setting begins tomorrow at the earliest' USING ERRCODE = 'LD002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER platform_tax_setting_not_past BEFORE INSERT ON platform_tax_setting
    FOR EACH ROW EXECUTE FUNCTION platform_tax_setting_refuse_past();
CREATE TRIGGER platform_tax_setting_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON platform_tax_setting
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
