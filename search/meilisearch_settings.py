"""The settings of our indexes in Meilisearch. Settings are applied before documents; a change makes a rebuild due."""

import hashlib

import msgspec

from search.indexed import REGION_FIELDS, SHAPE
from search.query import MAX_DEPTH
from search.typos import ONE_TYPO_LENGTH, TWO_TYPOS_LENGTH
from search.variants import ALTERNATIVES, EXACT_WORDS, FINGERPRINT

LAYOUT = 1
"""Raise by one when the shape of what is sent to Meilisearch changes."""

MAX_FACET_VALUES = 200
_EQUAL_FIELDS = (
    *("regions", "covers", "categories", "category_labels", "store_id", "product_id", "partner_id"),
    *("is_in_stock", "is_halal", "is_made_to_order", "is_delivering", "pattern", "kind"),
    *REGION_FIELDS,
)
_COMPARED_FIELDS = ("price_rupiah", "valid_until")


def _filterable(fields: tuple[str, ...], *, is_compared: bool) -> dict[str, object]:
    features = {"facetSearch": False, "filter": {"equality": True, "comparison": is_compared}}
    return {"attributePatterns": list(fields), "features": features}


SETTINGS: dict[str, object] = {
    "searchableAttributes": ["words_title", "words_category", "words_names", "words_more"],
    # The document as it was handed over; everything else only serves to find it.
    "displayedAttributes": ["id", "body"],
    "filterableAttributes": [
        _filterable(_EQUAL_FIELDS, is_compared=False),
        _filterable(_COMPARED_FIELDS, is_compared=True),
    ],
    "sortableAttributes": ["price_rupiah", "price_down", "listed_at", "_geo"],
    # A chosen order is strict, so "sort" comes first; it does nothing where none is chosen. Where a word stands comes
    # before "typo", which counts another name of the goods as a typing error, and what stands first in a title before
    # "exactness": Indonesian names the thing first, and "Sabun Cuci Baju" is no "baju".
    "rankingRules": [
        *("sort", "words", "attributeRank", "typo", "proximity", "wordPosition", "exactness", "rank:desc"),
    ],
    "synonyms": {" ".join(name): [" ".join(other) for other in others] for name, others in ALTERNATIVES.items()},
    "typoTolerance": {
        "minWordSizeForTypos": {"oneTypo": ONE_TYPO_LENGTH, "twoTypos": TWO_TYPOS_LENGTH},
        "disableOnNumbers": True,
        "disableOnWords": sorted(EXACT_WORDS),
    },
    "pagination": {"maxTotalHits": MAX_DEPTH},
    "faceting": {"maxValuesPerFacet": MAX_FACET_VALUES, "sortFacetValuesBy": {"*": "count"}},
}


def fingerprint() -> str:
    """Return what tells one set of settings and documents from another."""
    settings = msgspec.json.encode(SETTINGS, order="deterministic")
    return hashlib.sha256(f"{SHAPE}:{LAYOUT}:{FINGERPRINT}:".encode() + settings).hexdigest()[:16]
