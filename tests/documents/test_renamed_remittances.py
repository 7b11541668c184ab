"""Papers that were registered as statements before are remittances afterwards, with the same number and code."""

from pathlib import Path

import asyncpg
import pytest
from litestar import Litestar

import marketplace
from marketplace import clock, database
from tests.orders.counter_shop import make_shop

_SCRIPT = Path(marketplace.__file__).parent / "migrations" / "stripe_gaps" / "20_remittances.sql"
# As it was before.
_BEFORE = """
    ALTER TABLE document DROP CONSTRAINT document_kind_check;
    ALTER TABLE document ADD CONSTRAINT document_kind_check
        CHECK (kind IN ('receipt', 'repayment', 'invoice', 'credit_note', 'statement', 'deposit'));
    CREATE FUNCTION document_of_statement() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    DROP TRIGGER settlement_payment_is_document ON settlement_payment;
    CREATE TRIGGER settlement_payment_is_document AFTER INSERT ON settlement_payment
        FOR EACH ROW EXECUTE FUNCTION document_of_statement();
    DROP FUNCTION document_of_remittance();
"""


async def test_paper_keeps_its_number_and_code_under_its_new_name(app: Litestar) -> None:
    shop = await make_shop()
    async with database.transaction() as connection:
        await connection.execute(_BEFORE)
        await connection.execute("SELECT document_register($1, 'statement', 7, 24000, $2)", shop.store_id, clock.now())
        before = await connection.fetchrow("SELECT * FROM document WHERE kind = 'statement'")
        assert before is not None
        await connection.execute(_SCRIPT.read_text(encoding="utf-8"))
    async with database.connection() as connection:
        after = await connection.fetchrow("SELECT * FROM document WHERE code = $1", before["code"])
        assert after is not None
        assert dict(after) == dict(before) | {"kind": "remittance"}
        with pytest.raises(asyncpg.PostgresError, match="is on paper"):
            await connection.execute("UPDATE document SET number = 8")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("SELECT document_register($1, 'statement', 8, 1, now())", shop.store_id)
