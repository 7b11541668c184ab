-- Tax that was taken of the store's income in advance: paid already, and counted at the year's end.

INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('tax_prepaid', 'asset', 'debit', true);
