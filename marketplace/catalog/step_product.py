"""Publish or pause a product: a step of its way, with all that must be right before cooperatives may list it."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.catalog import store
from marketplace.catalog.check_product import FieldErrors, check_licences_valid, check_product, judge_product
from marketplace.catalog.errors import NotReadyError, TransitionError
from marketplace.catalog.schemas import ProductAnswer, ProductBody, ProductDetail
from marketplace.catalog.states import STATE_NAMES, ProductStep, next_state
from marketplace.database import Connection
from marketplace.formats.dates import WIB, day_of
from marketplace.http.idempotency import Once
from marketplace.ids import ProductId
from marketplace.outbox import mark_search_dirty


@database.retry_on_conflict
async def step_product(
    product_id: ProductId, step: ProductStep, *, actor: Actor, once: Once | None = None
) -> ProductAnswer:
    """Take the step; listings of the product appear in or leave search.

    Raises:
        TransitionError: not possible from the present state.
        NotReadyError: an expired licence, a price above HET or a HET that is not set.

    """
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ProductAnswer)) is not None:
            return answer
        product = await store.lock_product(connection, product_id, actor.require_hat().organisation_id)
        state = next_state(product.state, step)
        if state is None:
            raise TransitionError(state=STATE_NAMES[product.state])
        if step == "publish":
            await _require_ready(connection, product)
        version = await store.set_state(connection, product_id, state)
        await mark_search_dirty(connection, "listings", await store.list_listings_of(connection, product_id))
        await record_audit(
            connection,
            actor=actor,
            action=f"product_{state}",
            subject=f"product:{product_id}",
            detail={"before": product.state},
        )
        answer = ProductAnswer(product_id=product_id, state=state, version=version)
        if once:
            await once.keep_answer(connection, answer)
        return answer


async def _require_ready(connection: Connection, product: ProductDetail) -> None:
    rules = await store.get_rules(
        connection,
        organisation_id=product.seller_id,
        category_slug=product.category_slug,
        commodity_code=product.commodity_code,
    )
    body = ProductBody(**{name: getattr(product, name) for name in ProductBody.__struct_fields__})
    today = day_of(clock.now(), WIB)
    errors: FieldErrors = check_product(body, rules) | check_licences_valid(body.licences, rules, on=today)
    verdict = judge_product(body, rules, on=today)
    if verdict is not None and verdict.is_refused:
        errors["price"] = (verdict.message, verdict.facts)
    if errors:
        raise NotReadyError(fields=errors)
