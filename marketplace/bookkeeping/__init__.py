"""A store's books for its people: activity, trial balance, profit and loss, balance sheet, and closing days.

The ledger itself is `payments`; what is posted there is the other areas'.
"""

from marketplace.bookkeeping.differences import Difference, register_differences
from marketplace.bookkeeping.pages import REPORT_PATHS, View, answer_report, page_problems, report_tabs
from marketplace.bookkeeping.read_books import ReportName, ShownReport, show_report

__all__ = [
    "REPORT_PATHS",
    "Difference",
    "ReportName",
    "ShownReport",
    "View",
    "answer_report",
    "page_problems",
    "register_differences",
    "report_tabs",
    "show_report",
]
