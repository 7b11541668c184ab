-- Money that a gateway holds back while a buyer disputes a payment, and what lost disputes cost.

INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('dispute_hold', 'asset', 'debit', false),
    ('dispute_loss', 'expense', 'debit', true);
