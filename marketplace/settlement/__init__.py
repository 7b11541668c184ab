"""What a cooperative owes each supplier line by line, when it is due, and the runs by which it is paid."""

from marketplace.settlement.home_tasks import settlement_tasks
from marketplace.settlement.supplier_calls import make_supplier_calls

__all__ = ["make_supplier_calls", "settlement_tasks"]
