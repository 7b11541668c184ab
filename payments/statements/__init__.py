"""Statements of banks and QRIS acquirers: read as files, each line kept once, and matched to payments."""
