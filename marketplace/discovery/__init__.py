"""Search and browse: rows of the areas as search documents, kept up to date, and answers read again from the tables."""

from marketplace.discovery.engine import close_search, open_search
from marketplace.discovery.follow_demand import count_demand, follow_demand
from marketplace.discovery.rebuild_search import compare_search, prepare_search, rebuild_search
from marketplace.discovery.sync_search import sync_search

__all__ = [
    "close_search",
    "compare_search",
    "count_demand",
    "follow_demand",
    "open_search",
    "prepare_search",
    "rebuild_search",
    "sync_search",
]
