"""Piccolo migrations of the marketplace; their SQL stands in one file per area."""
