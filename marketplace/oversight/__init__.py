"""What happened and how it goes: the audit trail, coverage, reports."""
