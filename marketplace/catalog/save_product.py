"""Create or edit a product: checks the facts, the licence numbers and the price rules, then writes it whole."""

from datetime import date

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.catalog import store
from marketplace.catalog.ceilings import Verdict
from marketplace.catalog.check_product import (
    FieldErrors,
    Rules,
    check_licences_valid,
    check_product,
    judge_product,
    read_licences,
)
from marketplace.catalog.errors import Change, StaleError
from marketplace.catalog.schemas import EditProductBody, ProductAnswer, ProductBody, ProductDetail
from marketplace.database import Connection
from marketplace.errors import InvalidError
from marketplace.formats.dates import WIB, day_of
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, ProductId
from marketplace.outbox import mark_search_dirty
from marketplace.web.translate import translate

_FIELDS = ProductBody.__struct_fields__
# The trail holds what was changed to what; a description is four thousand letters of prose.
_AUDITED = tuple(field for field in _FIELDS if field != "description")


@database.retry_on_conflict
async def create_product(product: ProductBody, *, actor: Actor, once: Once | None = None) -> ProductAnswer:
    """Add a draft to the goods of the seller whose hat is worn.

    Raises:
        InvalidError: facts that do not fit together, or a price above its ceiling.

    """
    seller_id = actor.require_hat().organisation_id
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ProductAnswer)) is not None:
            return answer
        product, warnings, _ = await _checked(connection, product, seller_id, actor.language, is_published=False)
        product_id = await store.insert_product(connection, seller_id, product)
        await record_audit(
            connection,
            actor=actor,
            action="product_created",
            subject=f"product:{product_id}",
            detail={"price_rupiah": product.price_rupiah},
        )
        answer = ProductAnswer(product_id=product_id, state="draft", version=1, warnings=warnings)
        if once:
            await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def edit_product(
    product_id: ProductId, edited: EditProductBody, *, actor: Actor, once: Once | None = None
) -> ProductAnswer:
    """Replace what is said about a product; a published one must stay fit to be shown.

    Goods that the market paused for a lapsed licence are back on sale with the renewal that makes them fit again.

    Raises:
        StaleError: it was changed since the editor's page was opened; both values are named.
        InvalidError: as in create_product; an expired licence where it is published.

    """
    seller_id = actor.require_hat().organisation_id
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ProductAnswer)) is not None:
            return answer
        saved = await store.lock_product(connection, product_id, seller_id)
        if saved.version != edited.version:
            raise StaleError(version=saved.version, changes=_changes(saved, edited, _FIELDS))
        product, warnings, is_fit = await _checked(
            connection, edited, seller_id, actor.language, is_published=saved.state == "published"
        )
        version = await store.update_product(connection, product_id, product)
        state = saved.state
        if saved.paused_for == "licence" and is_fit:
            state = "published"
            version = await store.set_state(connection, product_id, state)
        await mark_search_dirty(connection, "listings", await store.list_listings_of(connection, product_id))
        detail = {change.field: [change.saved, change.sent] for change in _changes(saved, product, _AUDITED)}
        await record_audit(
            connection, actor=actor, action="product_edited", subject=f"product:{product_id}", detail=detail
        )
        if state != saved.state:
            await record_audit(
                connection,
                actor=actor,
                action="product_published",
                subject=f"product:{product_id}",
                detail={"before": saved.state, "renewed": True},
            )
        answer = ProductAnswer(
            product_id=product_id,
            state=state,
            version=version,
            warnings=warnings,
            is_back_on_sale=state != saved.state,
        )
        if once:
            await once.keep_answer(connection, answer)
        return answer


async def _checked(
    connection: Connection, product: ProductBody, seller_id: OrganisationId, language: str, *, is_published: bool
) -> tuple[ProductBody, list[str], bool]:
    """The product in its normal spelling, warnings in `language`, and whether it is fit to be shown today."""
    rules = await store.get_rules(
        connection,
        organisation_id=seller_id,
        category_slug=product.category_slug,
        commodity_code=product.commodity_code,
    )
    today = day_of(clock.now(), WIB)
    licences, errors = read_licences(product.licences)
    product = msgspec.structs.replace(product, licences=licences)
    errors |= check_product(product, rules)
    lapsed = check_licences_valid(licences, rules, on=today)
    if is_published:
        errors |= lapsed
    warning = _judge(product, rules, errors, today, is_published=is_published)
    warnings = [translate(warning.message, language, **warning.facts)] if warning else []
    if errors:
        raise InvalidError(fields=errors)
    verdict = judge_product(product, rules, on=today)
    return product, warnings, not lapsed and (verdict is None or not verdict.is_refused)


def _judge(
    product: ProductBody, rules: Rules, errors: FieldErrors, today: date, *, is_published: bool
) -> Verdict | None:
    """Add the price rule's refusal to `errors`; its warning is returned. A missing HET only stops publishing."""
    verdict = judge_product(product, rules, on=today)
    if verdict is None or verdict.outcome == "fine":
        return None
    if verdict.outcome == "above_het" or (verdict.is_refused and is_published):
        errors.setdefault("price", (verdict.message, verdict.facts))
        return None
    return verdict


def _changes(saved: ProductDetail, sent: ProductBody, fields: tuple[str, ...]) -> list[Change]:
    return [
        Change(field=field, saved=_shown(getattr(saved, field)), sent=_shown(getattr(sent, field)))
        for field in fields
        if _shown(getattr(saved, field)) != _shown(getattr(sent, field))
    ]


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(
            " ".join(str(part) for part in msgspec.structs.astuple(entry) if part is not None) for entry in value
        )
    return "" if value is None else str(value).strip()
