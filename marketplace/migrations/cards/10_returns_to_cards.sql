-- What was paid by card goes back to that card.
ALTER TABLE order_return
    DROP CONSTRAINT order_return_method_check,
    ADD CONSTRAINT order_return_method_check CHECK (method IN ('cash', 'transfer', 'tab', 'stripe'));
