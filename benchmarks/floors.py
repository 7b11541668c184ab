"""The floor of placing an order: the statements that the application sends, sent by pgbench.

They are recorded from a real order, so the floor cannot drift from the code; only parameters are replaced, by pgbench's
variables or by expressions that build the same JSON in SQL.
"""

import asyncio
import re
import tempfile
from pathlib import Path

from benchmarks.world import STORES, cart_products, price_of, store_of
from marketplace import database
from marketplace.actor import GUEST
from marketplace.cart import CartKey
from marketplace.embedded import binary_directory
from marketplace.http.idempotency import Once
from marketplace.ids import ProductId, StoreId, hash_token
from marketplace.orders.place_order import ExpectedLine, PlaceOrder, place_order

_TYPES = {
    "WITH claimed AS": [
        "'bench'",
        "'floor-key-' || :cart || '-' || :salt",
        "'\\x00'::bytea",
        "sha256(('cart-' || :cart)::bytea)",
    ],
    "WITH visitor AS": [":cart::bigint", "NULL::text", ":store::text", "false"],
    "WITH kept AS": [
        "'bench'",
        "'floor-key-' || :cart || '-' || :salt",
        "decode(repeat('41', 200), 'hex')",
        "'floor-' || :cart || '-' || :salt",
        "NULL::bigint",
        "now()",
        (
            "jsonb_build_array(jsonb_build_object('store_id', :store::bigint, 'code', 'F' || :cart || '-' || :salt,"
            " 'tracking_token', 'floor-' || :cart || '-' || :salt, 'channel', 'api', 'fulfilment', 'pickup',"
            " 'contact_sealed', repeat('QUJD', 30), 'village_code', '32.75.08.1003', 'is_member', false,"
            " 'goods_rupiah', 3 * 12000, 'delivery_rupiah', 0, 'routing', jsonb_build_object('rule', 'chosen'),"
            " 'note', '', 'hold_until', now() + interval '1 day'))"
        ),
        "jsonb_build_array({lines})",
        ":cart::bigint",
        *(value for line in ("p1", "p2", "p3") for value in (":store::bigint", f":{line}::bigint", "1")),
    ],
}
_LINE = (
    "jsonb_build_object('store_id', :store::bigint, 'listing_id', :{p}::bigint, 'product_id', :{p}::bigint,"
    " 'seller_id', 100001, 'name', 'Keripik', 'unit_code', 'bungkus', 'source', 'own_stock', 'quantity', 1,"
    " 'unit_price_rupiah', 12000, 'public_price_rupiah', 12000, 'unit_cost_rupiah', 10000, 'fee_basis_points', 0)"
)


async def record_statements(*, products: int) -> list[str]:
    """Place a cart for real and return the SQL of each statement; the pool must be open.

    The second order is recorded: before a connection's first, asyncpg asks for the types that it does not know.
    """
    for cart in (1, 2):
        command = PlaceOrder(
            lines=[
                ExpectedLine(
                    product_id=ProductId(product),
                    store_id=StoreId(store_of(product)),
                    quantity=1,
                    unit_price_rupiah=price_of(product),
                )
                for product in cart_products(cart, products=products)
            ],
            contact_name="Pembeli",
            contact_phone="081200000001",
        )
        once = Once(scope="bench", key=f"recorded-{cart}", request_hash=b"x")
        key = CartKey(token_hash=hash_token(f"cart-{cart}"))
        async with database.observed_statements() as seen:
            await place_order(command, actor=GUEST, key=key, channel="api", once=once)
    return [statement for statement in seen if statement.strip(" ;").upper() not in {"BEGIN", "COMMIT"}]


def pgbench_script(statements: list[str], *, products: int, is_hot: bool, first_cart: int) -> str:
    """Text of the pgbench script that sends these statements in one transaction."""
    spread = 1 if is_hot else min(products - 2 * STORES, 50_000)
    lines = [
        "\\set n :n + 1",
        f"\\set cart {first_cart} + :client_id * 900 + :n",
        f"\\set p1 1 + (:cart % {spread})",
        f"\\set p2 1 + (:cart % {spread}) + {STORES}",
        f"\\set p3 1 + (:cart % {spread}) + {2 * STORES}",
        f"\\set store 1 + (:p1 % {STORES})",
        "\\set salt random(1, 2000000000)",
        "BEGIN;",
    ]
    for statement in statements:
        flat = " ".join(re.sub(r"--[^\n]*", "", statement).split())
        name = next((start for start in _TYPES if flat.startswith(start)), None)
        if name is None:
            message = f"the floor does not know this statement, teach it: {flat[:90]}"
            raise RuntimeError(message)
        values = [value.format(lines=", ".join(_LINE.format(p=f"p{i}") for i in (1, 2, 3))) for value in _TYPES[name]]

        def value_of(match: "re.Match[str]", values: list[str] = values) -> str:
            return f"({values[int(match[1]) - 1]})"

        text = re.sub(r"\$(\d+)", value_of, flat)
        # jsonb_to_recordset(($4)::jsonb) keeps its cast; pgbench takes `::` as it is.
        lines.append(f"{text};")
    lines.append("COMMIT;")
    return "\n".join(lines) + "\n"


async def run_pgbench(url: str, script: str, *, clients: int, seconds: int) -> tuple[float, float]:
    """Transactions a second and mean latency in ms of the script, prepared statements."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", delete=False) as file:
        file.write(script)
    try:
        process = await asyncio.create_subprocess_exec(
            str(binary_directory() / "pgbench"),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "1",
            "-T",
            str(seconds),
            "-D",
            "n=0",
            "-f",
            file.name,
            url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
    finally:
        Path(file.name).unlink()
    text = out.decode()
    tps = re.search(r"tps = ([\d.]+)", text)
    latency = re.search(r"latency average = ([\d.]+)", text)
    if process.returncode or tps is None or latency is None:
        message = f"pgbench failed: {err.decode()[-600:]}"
        raise RuntimeError(message)
    return float(tps[1]), float(latency[1])
