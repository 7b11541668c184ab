-- A count that differs is counted once more, and then explained: who knows only that it differs cannot aim at a figure.

ALTER TABLE shift
    -- the first count, where it differed from the book by more than small change
    ADD COLUMN first_counted_rupiah bigint NULL CHECK (first_counted_rupiah >= 0),
    -- what the cashier says of it
    ADD COLUMN closing_note text NOT NULL DEFAULT '' CHECK (length(closing_note) <= 300),
    ADD CONSTRAINT shift_note_is_of_the_closing CHECK (closing_note = '' OR closed_at IS NOT NULL);
