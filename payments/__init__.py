"""Money, the ways to pay, and the ledger. It knows nothing of orders: it answers with facts.

Every function that touches the database takes the caller's asyncpg connection first, inside the caller's transaction.
What is exported here is what others may use.
"""

from payments.cash import find_payment, refund_cash, take_cash
from payments.errors import (
    AlreadyPaid,
    AlreadyRefunded,
    KeyReused,
    OutsideTransaction,
    PaymentNotFound,
    PaymentsError,
    TenderTooSmall,
    UnknownMethod,
)
from payments.facts import PaymentRefunded, PaymentSucceeded
from payments.gateway import Capability, Gateway, gateway_for, offered_for
from payments.imports import ImportedCashPayment, ImportedPosting, import_cash_payments, import_postings
from payments.ledger import accounts, recipes
from payments.ledger.accounts import AccountKey, AccountKind
from payments.ledger.check import (
    Debt,
    Finding,
    StatementLine,
    TrialBalance,
    balance,
    balances,
    check,
    inventories,
    owed_to_supplier,
    statement,
    trial_balance,
)
from payments.ledger.errors import BalanceTooLow, NothingToReverse, PostingConflict
from payments.ledger.post import post, reverse
from payments.ledger.transfers import Posting, Transfer
from payments.money import ZERO, Money

__all__ = [
    "ZERO",
    "AccountKey",
    "AccountKind",
    "AlreadyPaid",
    "AlreadyRefunded",
    "BalanceTooLow",
    "Capability",
    "Debt",
    "Finding",
    "Gateway",
    "ImportedCashPayment",
    "ImportedPosting",
    "KeyReused",
    "Money",
    "NothingToReverse",
    "OutsideTransaction",
    "PaymentNotFound",
    "PaymentRefunded",
    "PaymentSucceeded",
    "PaymentsError",
    "Posting",
    "PostingConflict",
    "StatementLine",
    "TenderTooSmall",
    "Transfer",
    "TrialBalance",
    "UnknownMethod",
    "accounts",
    "balance",
    "balances",
    "check",
    "find_payment",
    "gateway_for",
    "import_cash_payments",
    "import_postings",
    "inventories",
    "offered_for",
    "owed_to_supplier",
    "post",
    "recipes",
    "refund_cash",
    "reverse",
    "statement",
    "take_cash",
    "trial_balance",
]
