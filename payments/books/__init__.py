"""A store's book by day: activity of accounts and reports as of any day, and the closing of days.

`reports` reads, `closing` locks days and says where late facts go. What is posted is the ledger's.
"""
