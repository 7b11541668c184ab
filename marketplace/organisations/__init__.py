"""Cooperatives, sellers (UMKM), partners (BUMD), agencies (Dinas): identity, names, dated legal status, staff."""

from marketplace.organisations.after_suspension import register_after_suspension
from marketplace.organisations.cooperative_names import cooperative_name
from marketplace.organisations.schemas import CooperativeCounts, OrganisationView, StatusView
from marketplace.organisations.states import KIND_LABELS, STATUS_LABELS, WITH_PAPERS
from marketplace.organisations.store import find_organisation
from marketplace.organisations.views import (
    count_cooperatives_by_status_on,
    get_public_organisation,
    list_history,
    view_organisation,
)

__all__ = [
    "KIND_LABELS",
    "STATUS_LABELS",
    "WITH_PAPERS",
    "CooperativeCounts",
    "OrganisationView",
    "StatusView",
    "cooperative_name",
    "count_cooperatives_by_status_on",
    "find_organisation",
    "get_public_organisation",
    "list_history",
    "register_after_suspension",
    "view_organisation",
]
