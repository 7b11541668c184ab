"""Money, the ways to pay, and the ledger. It knows nothing of orders: it answers with facts.

Every function that touches the database takes the caller's asyncpg connection first, inside the caller's transaction.
What is exported here is what others may use.
"""

from payments.attempts.attempt import (
    cancel_attempts,
    end_attempt,
    expire_attempts,
    find_attempt,
    find_attempt_by_id,
    find_open_attempt,
    find_payment,
    keep_gateway,
    list_attempts,
    list_waiting,
    start_attempt,
)
from payments.attempts.confirm import confirm
from payments.attempts.refund import finish_refund, refund
from payments.attempts.states import PaymentState
from payments.cash import take_cash
from payments.channels.register import (
    BadBankAccount,
    BankAccount,
    Channels,
    find_channels,
    qris_fee,
    register_bank_account,
    register_qris,
    stop_channel,
)
from payments.errors import (
    AlreadyConfirmed,
    AlreadyPaid,
    KeyReused,
    NothingToRefund,
    OutsideTransaction,
    PaymentNotFound,
    PaymentsError,
    ReferenceUsed,
    RefundTooLarge,
    TenderTooSmall,
    TooManyTransfers,
    UnknownMethod,
    WayNotOpen,
)
from payments.facts import Attempt, PaymentRefunded, PaymentSucceeded
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
from payments.qris.payload import BadQris, Merchant
from payments.qris.start import start_qris
from payments.transfer import start_transfer

__all__ = [
    "ZERO",
    "AccountKey",
    "AccountKind",
    "AlreadyConfirmed",
    "AlreadyPaid",
    "Attempt",
    "BadBankAccount",
    "BadQris",
    "BalanceTooLow",
    "BankAccount",
    "Capability",
    "Channels",
    "Debt",
    "Finding",
    "Gateway",
    "ImportedCashPayment",
    "ImportedPosting",
    "KeyReused",
    "Merchant",
    "Money",
    "NothingToRefund",
    "NothingToReverse",
    "OutsideTransaction",
    "PaymentNotFound",
    "PaymentRefunded",
    "PaymentState",
    "PaymentSucceeded",
    "PaymentsError",
    "Posting",
    "PostingConflict",
    "ReferenceUsed",
    "RefundTooLarge",
    "StatementLine",
    "TenderTooSmall",
    "TooManyTransfers",
    "Transfer",
    "TrialBalance",
    "UnknownMethod",
    "WayNotOpen",
    "accounts",
    "balance",
    "balances",
    "cancel_attempts",
    "check",
    "confirm",
    "end_attempt",
    "expire_attempts",
    "find_attempt",
    "find_attempt_by_id",
    "find_channels",
    "find_open_attempt",
    "find_payment",
    "finish_refund",
    "gateway_for",
    "import_cash_payments",
    "import_postings",
    "inventories",
    "keep_gateway",
    "list_attempts",
    "list_waiting",
    "offered_for",
    "owed_to_supplier",
    "post",
    "qris_fee",
    "recipes",
    "refund",
    "register_bank_account",
    "register_qris",
    "reverse",
    "start_attempt",
    "start_qris",
    "start_transfer",
    "statement",
    "stop_channel",
    "take_cash",
    "trial_balance",
]
