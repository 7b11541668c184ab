"""Statements for tests, and what they did to the books."""

import base64
from datetime import timedelta
from typing import Any

import httpx

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import WIB, day_of
from payments import AccountKey, AccountKind, balance, check
from tests.orders.counter_shop import Shop, command


def day_text(ago: int = 0) -> str:
    """A day as banks write it."""
    return f"{day_of(clock.now() - timedelta(days=ago), WIB):%d/%m/%Y}"


def bank_file(*lines: tuple[str, int], ago: int = 0, saldo: int | None = None) -> bytes:
    """A bank's statement: text and rupiah of each line (below zero it went)."""
    text = "Tanggal;Keterangan;Debet;Kredit;Saldo\n"
    for said, rupiah in lines:
        went, came = (f"{-rupiah},00", "") if rupiah < 0 else ("", f"{rupiah},00")
        text += f"{day_text(ago)};{said};{went};{came};{'' if saldo is None else saldo}\n"
    return text.encode()


def qris_file(*lines: tuple[str, int, int]) -> bytes:
    """An acquirer's list: number, gross and MDR of each payment, all of now."""
    now = (clock.now() + timedelta(hours=7)).strftime("%H:%M:%S")
    text = "Tanggal,Jam,RRN,Nominal,MDR\n"
    text += "".join(f"{day_text()},{now},{number},{gross},{fee}\n" for number, gross, fee in lines)
    return text.encode()


async def bring(
    client: httpx.AsyncClient, shop: Shop, data: bytes, kind: str = "bank", *, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Import a file through the API."""
    answer = await client.post(
        "/api/v1/stores/current/statements",
        json={"kind": kind, "file_name": "mutasi.csv", "content_base64": base64.b64encode(data).decode()},
        headers=headers or command(shop.tokens["store_manager"]),
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def open_list(client: httpx.AsyncClient, shop: Shop) -> list[dict[str, Any]]:
    """What does not match and is not explained."""
    answer = await client.get(
        "/api/v1/stores/current/differences", headers={"authorization": f"Bearer {shop.tokens['pengawas']}"}
    )
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json() if not one["explanation"]]


async def held(shop: Shop, kind: AccountKind, reference: str = "") -> int:
    """What an account holds, the books being sound."""
    async with database.connection() as connection:
        assert await check(connection, book=book_of(shop.store_id)) == []
        return (await balance(connection, book=book_of(shop.store_id), account=AccountKey(kind, reference))).rupiah


async def bank_reference() -> str:
    """The ledger's name of the only bank account."""
    async with database.connection() as connection:
        return f"bank:{await connection.fetchval('SELECT max(id) FROM bank_account')}"


async def count(table: str) -> int:
    """Rows of a table."""
    async with database.connection() as connection:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))


async def decide(client: httpx.AsyncClient, shop: Shop, line_id: int, **body: Any) -> httpx.Response:
    """Say what a line is, as the manager."""
    return await client.post(
        f"/api/v1/stores/current/statement-lines/{line_id}/decision",
        json=body,
        headers=command(shop.tokens["store_manager"]),
    )


async def line_ids() -> list[int]:
    """All lines, oldest first."""
    async with database.connection() as connection:
        return [row["id"] for row in await connection.fetch("SELECT id FROM statement_line ORDER BY id")]
