-- The days of a store's book are the store's own: its clock follows the store's, whoever writes it.

CREATE FUNCTION store_sets_book_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_book (book, time_zone) VALUES ('store:' || NEW.id, NEW.time_zone)
        ON CONFLICT (book) DO UPDATE SET time_zone = excluded.time_zone
        WHERE ledger_book.time_zone <> excluded.time_zone;
    RETURN NULL;
END $$;
CREATE TRIGGER store_book_clock_opened AFTER INSERT ON store
    FOR EACH ROW EXECUTE FUNCTION store_sets_book_clock();
CREATE TRIGGER store_book_clock_set AFTER UPDATE ON store
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION store_sets_book_clock();

INSERT INTO ledger_book (book, time_zone) SELECT 'store:' || id, time_zone FROM store
    ON CONFLICT (book) DO UPDATE SET time_zone = excluded.time_zone;

-- Transfers from before their books had a clock were given Jakarta's day.
ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only;
UPDATE ledger_transfer AS transfer SET booked_on = (transfer.occurred_at AT TIME ZONE its.time_zone)::date
    FROM ledger_book AS its
    WHERE its.book = transfer.book AND its.time_zone <> 'Asia/Jakarta'
      AND transfer.booked_on <> (transfer.occurred_at AT TIME ZONE its.time_zone)::date;
ALTER TABLE ledger_transfer ENABLE TRIGGER ledger_transfer_append_only;
