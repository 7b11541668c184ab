"""Put goods into the cart, change how many, take them out, say where the buyer is."""

import asyncpg
import msgspec

from marketplace import database
from marketplace.actor import Actor
from marketplace.cart import store
from marketplace.cart.keys import CartKey
from marketplace.catalog import find_units, to_own_units
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import CartId, ProductId, StoreId

LARGEST_QUANTITY = 100_000


class ChangeLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One product and how many units of it; 0 takes it out. `store_id` where the buyer chose the store.

    `unit_code` counts in one of the product's larger units (2 dus); the cart keeps own units (24 bungkus). With
    `unit_factor`, what a unit holds as the buyer saw it, one that moved meanwhile is refused (409 `unit_changed`).
    """

    product_id: ProductId
    quantity: int
    store_id: StoreId | None = None
    unit_code: str | None = None
    unit_factor: int | None = None


class CartLines(msgspec.Struct, frozen=True, kw_only=True):
    """What the change led to: number of different goods in the cart."""

    line_count: int


@database.retry_on_conflict
async def change_cart(
    lines: list[ChangeLine],
    *,
    actor: Actor,
    key: CartKey,
    village_code: str | None = None,
    is_added: bool = False,
    once: Once | None = None,
) -> CartLines:
    """Write the lines into the visitor's cart, which is made if there is none.

    `is_added` adds to what is there, else the quantity replaces it.

    Raises:
        InvalidError: quantity out of bounds, unknown unit, goods not on sale, too many goods, unknown village.
        UnitChangedError: a unit holds another number of goods than the buyer saw.

    """
    _check(lines)
    try:
        return await _change(lines, actor=actor, key=key, village_code=village_code, is_added=is_added, once=once)
    except asyncpg.ForeignKeyViolationError as error:
        if error.constraint_name != "cart_village_code_fkey":
            raise
        message = "Desa atau kelurahan ini tidak dikenal."
        raise InvalidError(message, fields={"village_code": message}) from error


async def _change(
    lines: list[ChangeLine],
    *,
    actor: Actor,
    key: CartKey,
    village_code: str | None,
    is_added: bool,
    once: Once | None,
) -> CartLines:
    async with database.transaction() as connection:
        where = {"village_code": village_code, "home_village_code": actor.village_code}
        if once is None:
            cart_id = await store.touch_cart(connection, key, **where)
        else:
            claimed = await store.claim_and_touch_cart(connection, key, once, **where)
            if claimed is None:
                return await once.read_answer(connection, CartLines)
            cart_id = claimed
        lines = await _in_own_units(connection, lines)
        answer = CartLines(line_count=await _write(connection, cart_id, lines, is_added=is_added))
        if once:
            await once.keep_answer(connection, answer)
        return answer


def _check(lines: list[ChangeLine]) -> None:
    if any(not 0 <= line.quantity <= LARGEST_QUANTITY for line in lines):
        message = "Jumlah harus antara 0 dan 100.000."
        raise InvalidError(message, fields={"quantity": message})
    if len({line.product_id for line in lines}) != len(lines):
        message = "Barang yang sama tertulis dua kali."
        raise InvalidError(message, fields={"lines": message})


async def _in_own_units(connection: database.Connection, lines: list[ChangeLine]) -> list[ChangeLine]:
    counted = [line.product_id for line in lines if line.unit_code is not None]
    if not counted:
        return lines
    units = await find_units(connection, counted)
    return [
        line
        if line.unit_code is None or line.product_id not in units
        else msgspec.structs.replace(
            line,
            quantity=to_own_units(
                line.quantity,
                line.unit_code,
                units=units[line.product_id],
                seen_factor=line.unit_factor,
                most=LARGEST_QUANTITY,
                field="quantity",
            ),
        )
        for line in lines
    ]


async def _write(connection: database.Connection, cart_id: CartId, lines: list[ChangeLine], *, is_added: bool) -> int:
    """Number of lines that the cart holds then."""
    on_sale, held, new = await store.write_lines(
        connection,
        cart_id,
        [{"product_id": line.product_id, "quantity": line.quantity, "store_id": line.store_id} for line in lines],
        is_added=is_added,
    )
    if on_sale != sum(line.quantity > 0 for line in lines):
        message = "Barang ini sedang tidak dijual."
        raise InvalidError(message, fields={"product_id": message})
    # A guest's cart and a resident's may hold more together: then nothing comes in, and all may go out.
    if new and held > store.LARGEST_CART_LINES:
        message = "Keranjang paling banyak berisi {most} jenis barang."
        raise InvalidError(message, most=store.LARGEST_CART_LINES)
    return held
