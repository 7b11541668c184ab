"""Which taxes a store's sales are under, by dated settings and rates; and the sums, to the rupiah."""

from marketplace.taxes.rates import PPH22, PPN, Rates, tax_within, withheld_of
from marketplace.taxes.store import find_rates

__all__ = ["PPH22", "PPN", "Rates", "find_rates", "tax_within", "withheld_of"]
