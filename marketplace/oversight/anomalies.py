"""Remarkable things in a region: what to look at first, each with how it was computed. They accuse nobody."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec

from marketplace.database import Connection
from marketplace.oversight import anomaly_store
from marketplace.web.translate import translate
from payments import Money

LOOK_BACK_DAYS: Final = 30
SILENT_DAYS: Final = 14
LEAST_VARIANCE_RUPIAH: Final = 10_000
LEAST_RETURNS: Final = 3
RETURN_PERCENT: Final = 5

TITLE_LABELS: Final = {
    "below_cost": "Penjualan di bawah modal",
    "returns": "Retur terlalu sering",
    "variance": "Selisih kas sif",
    "stock": "Stok tidak sama dengan mutasi",
    "silent": "Beroperasi tanpa penjualan",
}
RULE_LABELS: Final = {
    "below_cost": "Baris pesanan barang sendiri, {days} hari terakhir, dengan harga satuan di bawah harga modalnya.",
    "returns": "Gerai dengan sedikitnya {least} retur dan retur sedikitnya {percent}% dari penjualan, {days} hari ini.",
    "variance": "Sif yang ditutup {days} hari terakhir dengan selisih hitungan dan buku sedikitnya {least}.",
    "stock": "Sisa stok dibandingkan dengan jumlah semua mutasinya. Seharusnya selalu sama.",
    "silent": "Koperasi berstatus beroperasi yang tidak punya kuitansi penjualan selama {days} hari.",
}


class Anomaly(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of remarkable thing with the rows that show it (at most 50); `facts` fill the rule's sentence."""

    key: str
    facts: dict[str, Any]
    rows: list[dict[str, Any]]


async def find_anomalies(connection: Connection, region_code: str, *, today: date) -> list[Anomaly]:
    """Run the five checks for a region."""
    since = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=LOOK_BACK_DAYS)
    below_cost = await anomaly_store.list_sales_below_cost(connection, region_code, since=since)
    returns = await anomaly_store.list_high_return_rates(
        connection, region_code, since=since.date(), least_returns=LEAST_RETURNS, percent=RETURN_PERCENT
    )
    variances = await anomaly_store.list_shift_variances(
        connection, region_code, since=since, least_rupiah=LEAST_VARIANCE_RUPIAH
    )
    stock = await anomaly_store.list_stock_differences(connection, region_code)
    silent = await anomaly_store.list_without_sales(connection, region_code, since=today - timedelta(days=SILENT_DAYS))
    return [
        _anomaly("stock", stock),
        _anomaly("below_cost", below_cost, days=LOOK_BACK_DAYS),
        _anomaly("variance", variances, days=LOOK_BACK_DAYS, least=Money(LEAST_VARIANCE_RUPIAH)),
        _anomaly("returns", returns, days=LOOK_BACK_DAYS, least=LEAST_RETURNS, percent=RETURN_PERCENT),
        _anomaly("silent", silent, days=SILENT_DAYS),
    ]


def rule_of(anomaly: Anomaly, language: str) -> str:
    """Say in words how an anomaly was computed."""
    return translate(RULE_LABELS[anomaly.key], language, **anomaly.facts)


def _anomaly(key: str, rows: Sequence[asyncpg.Record], **facts: Any) -> Anomaly:
    return Anomaly(key=key, facts=facts, rows=[dict(row) for row in rows])
