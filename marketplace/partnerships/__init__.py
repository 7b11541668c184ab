"""Partnership offers (penawaran kemitraan) of BUMD partners, and the applications of cooperatives.

Agreements (PKS), call-offs and deliveries build on accepted applications and are left to later work.
"""

from marketplace.partnerships.hide_offers import hide_offers_of
from marketplace.partnerships.patterns import PATTERN_LABELS
from marketplace.partnerships.terms import price_at

__all__ = ["PATTERN_LABELS", "hide_offers_of", "price_at"]
