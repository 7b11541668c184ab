"""The ledger: whole rupiah moved from one account to another, each once, never changed, always in balance.

`accounts` says which accounts there are, `recipes` which transfers an event makes, `post` writes them, `check` reads
and proves.
"""
