-- What members are given of past years' earnings (SHU): owed to each until it is paid out or taken for the tab.

INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('member_patronage', 'liability', 'credit', false),
    ('earnings_shared', 'equity', 'debit', true);
