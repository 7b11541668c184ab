"""Statements of banks and QRIS acquirers: reading them as files, keeping each line once, and matching lines to payments."""
