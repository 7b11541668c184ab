"""The Piccolo classes say the same as the SQL that makes the tables."""

import pytest
from piccolo.columns import BigInt, BigSerial, Boolean, Bytea, Column, Date, ForeignKey, Integer, Text, Timestamptz
from piccolo.table import Table

from payments.attempts.tables import Payment, PaymentHistory, PaymentRefund
from payments.channels.tables import BankAccount, PaymentLimit, QrisFee, QrisMerchant
from payments.inbox.tables import GatewayEvent
from payments.ledger.tables import (
    LedgerAccount,
    LedgerAccountKind,
    LedgerBalance,
    LedgerBook,
    LedgerClose,
    LedgerDaySum,
    LedgerHold,
    LedgerHoldEnd,
    LedgerTransfer,
)
from payments.snap.tables import SnapProvider
from payments.statements.tables import (
    QrisPayout,
    StatementImport,
    StatementLine,
    StatementMatch,
    StatementOpenLine,
)
from tests.payments.conftest import Connection

TYPES: dict[type[Column], str] = {
    BigSerial: "bigint",
    BigInt: "bigint",
    ForeignKey: "bigint",
    Text: "text",
    Boolean: "boolean",
    Bytea: "bytea",
    Timestamptz: "timestamp with time zone",
    Date: "date",
    Integer: "integer",
}


@pytest.mark.parametrize(
    "table",
    [
        LedgerAccountKind,
        LedgerAccount,
        LedgerTransfer,
        LedgerBalance,
        LedgerBook,
        LedgerHold,
        LedgerHoldEnd,
        LedgerClose,
        LedgerDaySum,
        Payment,
        PaymentHistory,
        PaymentRefund,
        QrisMerchant,
        BankAccount,
        QrisFee,
        PaymentLimit,
        GatewayEvent,
        StatementImport,
        StatementLine,
        StatementMatch,
        QrisPayout,
        StatementOpenLine,
        SnapProvider,
    ],
)
async def test_table_class_has_the_columns_of_the_database(connection: Connection, table: type[Table]) -> None:
    rows = await connection.fetch(
        """
        SELECT column_name, data_type, is_nullable = 'YES' AS is_nullable
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1
        """,
        table._meta.tablename,
    )
    assert {(row["column_name"], row["data_type"], row["is_nullable"]) for row in rows} == {
        (column._meta.name, TYPES[type(column)], column._meta.null) for column in table._meta.columns
    }
