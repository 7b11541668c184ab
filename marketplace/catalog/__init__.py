"""Products of sellers: what they are, what they cost, which rules their price is under. Who lists them: stores."""

from marketplace.catalog.load_reference import load_reference

__all__ = ["load_reference"]
