"""Cooperatives, sellers (UMKM), partners (BUMD) and agencies (Dinas): identity, legal status, names and staff."""

from marketplace.organisations.cooperative_names import cooperative_name

__all__ = ["cooperative_name"]
