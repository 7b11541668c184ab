-- Accounts of money on its way, money owed back, tabs and what taking money costs.

INSERT INTO ledger_account_kind (kind, statement_class, normal_side, may_be_negative) VALUES
    ('cash_in_transit', 'asset', 'debit', false),
    ('member_tab', 'asset', 'debit', false),
    ('refund_due', 'liability', 'credit', false),
    ('member_savings', 'liability', 'credit', false),
    ('tax_payable', 'liability', 'credit', true),
    ('payment_fee', 'expense', 'debit', true),
    ('payment_discount', 'expense', 'debit', true);
