"""All pages of organisations."""

from marketplace.organisations.apply_pages import APPLY_PAGES
from marketplace.organisations.operator_pages import OPERATOR_PAGES
from marketplace.organisations.staff_pages import STAFF_PAGES

PAGES = [*APPLY_PAGES, *OPERATOR_PAGES, *STAFF_PAGES]
