"""What an agency (Dinas) sees of its region: coverage, orders, turnover, audit trail, remarkable things. Only reads."""

from marketplace.oversight.coverage import read_coverage
from marketplace.oversight.turnover import read_turnover

__all__ = ["read_coverage", "read_turnover"]
