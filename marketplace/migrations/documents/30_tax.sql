-- Taxes by dated rows and dated settings of each store; off where nobody switched them on. What was sold keeps its rates.

CREATE TABLE tax_rate (
    tax text NOT NULL CHECK (tax IN ('ppn', 'pph22')),
    effective_on date NOT NULL,
    -- of the price without the tax
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 1 AND 10000),
    rule text NOT NULL,
    PRIMARY KEY (tax, effective_on)
);
INSERT INTO tax_rate (tax, effective_on, basis_points, rule) VALUES
    ('ppn', '2022-04-01', 1100, 'UU PPN ps. 7 ayat (1) huruf a, diubah UU 7/2021'),
    ('ppn', '2025-01-01', 1100, 'PMK 131/2024: 12% atas 11/12 harga jual, sama dengan 11%'),
    ('pph22', '2025-07-14', 50, 'PMK 37/2025: 0,5% peredaran bruto tanpa PPN');

-- Unprocessed staples on which no PPN is charged: a whole category, or a commodity of any category.
CREATE TABLE tax_exemption (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category_slug text NULL,
    commodity_code text NULL,
    effective_on date NOT NULL,
    until_on date NULL,
    rule text NOT NULL,
    CONSTRAINT tax_exemption_names_one CHECK (num_nonnulls(category_slug, commodity_code) = 1),
    CONSTRAINT tax_exemption_ends CHECK (until_on >= effective_on),
    CONSTRAINT tax_exemption_once UNIQUE NULLS NOT DISTINCT (category_slug, commodity_code, effective_on)
);
INSERT INTO tax_exemption (category_slug, commodity_code, effective_on, rule) VALUES
    ('hasil-tani', NULL, '2022-04-01', 'UU PPN ps. 16B, PP 49/2022: hasil tani, ternak, dan ikan yang tidak diolah'),
    (NULL, 'beras-medium', '2022-04-01', 'UU PPN ps. 16B, PP 49/2022: beras'),
    (NULL, 'beras-premium', '2022-04-01', 'UU PPN ps. 16B, PP 49/2022: beras'),
    (NULL, 'beras-sphp', '2022-04-01', 'UU PPN ps. 16B, PP 49/2022: beras');

-- Switched on or off for a store from a day on; a change is a new row, and never for a day that has begun.
CREATE TABLE tax_setting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store_id bigint NOT NULL REFERENCES store (id) ON DELETE RESTRICT,
    tax text NOT NULL CHECK (tax IN ('ppn', 'pph22')),
    is_on boolean NOT NULL,
    effective_on date NOT NULL,
    -- by which paper: the confirmation as PKP, the appointment, the certificate of exemption
    reference text NOT NULL CHECK (reference <> ''),
    set_by bigint NOT NULL REFERENCES person (id) ON DELETE RESTRICT,
    set_at timestamptz NOT NULL
);
CREATE INDEX tax_setting_store ON tax_setting (store_id, tax, effective_on, id);
CREATE INDEX tax_setting_set_by ON tax_setting (set_by);
CREATE FUNCTION tax_setting_refuse_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.effective_on <= (SELECT (NEW.set_at AT TIME ZONE time_zone)::date FROM store WHERE id = NEW.store_id) THEN
        RAISE EXCEPTION 'a tax setting begins tomorrow at the earliest' USING ERRCODE = 'LD002';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tax_setting_not_past BEFORE INSERT ON tax_setting
    FOR EACH ROW EXECUTE FUNCTION tax_setting_refuse_past();
CREATE TRIGGER tax_setting_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON tax_setting
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();

-- The rates that a sale was made at, by line; without a line: of its delivery (ppn), or of all of it (pph22). No row: no tax.
CREATE TABLE sale_tax (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    store_id bigint NOT NULL,
    listing_id bigint NULL,
    tax text NOT NULL CHECK (tax IN ('ppn', 'pph22')),
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 1 AND 10000),
    CONSTRAINT sale_tax_once UNIQUE NULLS NOT DISTINCT (order_id, tax, listing_id),
    CONSTRAINT sale_tax_withheld_of_all CHECK (tax = 'ppn' OR listing_id IS NULL),
    FOREIGN KEY (store_id, order_id) REFERENCES orders (store_id, id) ON DELETE RESTRICT,
    FOREIGN KEY (order_id, store_id, listing_id) REFERENCES order_line (order_id, store_id, listing_id) ON DELETE RESTRICT
);
CREATE TRIGGER sale_tax_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON sale_tax
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();

ALTER TABLE order_line
    -- what somebody who is no member would have paid for as many; NULL of sales from before it was kept
    ADD COLUMN public_price_rupiah bigint NULL,
    ADD CONSTRAINT order_line_member_pays_no_more CHECK (public_price_rupiah >= unit_price_rupiah);
CREATE TRIGGER order_line_public_price_frozen BEFORE UPDATE OF public_price_rupiah ON order_line
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
