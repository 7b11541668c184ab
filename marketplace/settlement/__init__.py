"""What a cooperative owes each supplier line by line, when it is due, and the runs by which it is paid."""

from marketplace.settlement.home_tasks import settlement_tasks

__all__ = ["settlement_tasks"]
