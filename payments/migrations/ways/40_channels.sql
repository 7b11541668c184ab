-- How a store takes money besides cash: its QRIS merchant, its bank accounts; what QRIS costs and carries, by date.

CREATE TABLE qris_merchant (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    -- the static code as its acquirer issued it, checked before it is kept
    payload text NOT NULL CHECK (length(payload) BETWEEN 40 AND 512),
    nmid text NOT NULL CHECK (nmid ~ '^ID[0-9]{13}$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 25),
    city text NOT NULL CHECK (length(city) BETWEEN 1 AND 15),
    criteria text NOT NULL DEFAULT '',
    is_active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> '')
);
CREATE UNIQUE INDEX qris_merchant_active_once ON qris_merchant (book) WHERE is_active;

CREATE TABLE bank_account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    book text NOT NULL CHECK (book ~ '^[a-z][a-z_]*:[A-Za-z0-9_-]{1,64}$'),
    bank text NOT NULL CHECK (length(bank) BETWEEN 2 AND 40),
    number text NOT NULL CHECK (number ~ '^[0-9]{6,20}$'),
    holder text NOT NULL CHECK (length(holder) BETWEEN 2 AND 60),
    is_active boolean NOT NULL DEFAULT true,
    registered_at timestamptz NOT NULL,
    author text NOT NULL CHECK (author <> ''),
    UNIQUE (book, bank, number)
);
-- buyers transfer to one account at a time
CREATE UNIQUE INDEX bank_account_active_once ON bank_account (book) WHERE is_active;

-- What the merchant pays for a QRIS payment (MDR), in basis points of the whole amount: the row of the merchant's
-- criteria with the latest day not after the payment's and the highest bound below the amount.
CREATE TABLE qris_fee (
    criteria text NOT NULL,
    effective_on date NOT NULL,
    above_rupiah bigint NOT NULL CHECK (above_rupiah >= 0),
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 0 AND 1000),
    PRIMARY KEY (criteria, effective_on, above_rupiah)
);
-- Bank Indonesia: UMI free up to Rp 500.000 since 1 December 2024 and 0,3 % above; others 0,7 % (July 2023).
INSERT INTO qris_fee (criteria, effective_on, above_rupiah, basis_points) VALUES
    ('UMI', '2023-07-01', 0, 30),
    ('UMI', '2024-12-01', 0, 0),
    ('UMI', '2024-12-01', 500000, 30),
    ('UKE', '2023-07-01', 0, 70),
    ('UME', '2023-07-01', 0, 70),
    ('UBE', '2023-07-01', 0, 70),
    ('', '2023-07-01', 0, 70);

-- The most that one payment of a way may carry, by date.
CREATE TABLE payment_limit (
    method text NOT NULL,
    effective_on date NOT NULL,
    maximum_rupiah bigint NOT NULL CHECK (maximum_rupiah > 0),
    PRIMARY KEY (method, effective_on)
);
INSERT INTO payment_limit (method, effective_on, maximum_rupiah) VALUES
    ('qris', '2022-03-01', 10000000),
    ('transfer', '2021-12-21', 250000000);
