"""Put a seller's product on a store's shelf at the store's own price, change that price, take it off and back."""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.catalog import Change, StaleError, get_rules, judge_price
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.dates import WIB, day_of
from marketplace.formats.rupiah import format_rupiah
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, ProductId, StoreId
from marketplace.outbox import mark_search_dirty
from marketplace.stores import queries
from marketplace.stores.errors import AlreadyListedError, ListingStateError
from marketplace.stores.schemas import EditListingBody, ListingAnswer, ListingBody, NewListingBody, OwnListing
from marketplace.web.translate import translate
from payments.money import Money

FieldErrors = dict[str, str | tuple[str, dict[str, object]]]

_SENTENCES = {
    "member": "Harga anggota tidak boleh lebih tinggi dari harga umum {price}.",
    "fee_of_own": "Barang milik sendiri tidak memakai bagi hasil. Isi 0.",
    "fee_missing": "Isi bagian koperasi dari tiap penjualan, misalnya 20 %.",
    "not_shown": "Barang ini tidak sedang ditayangkan penjualnya, jadi belum bisa dijual.",
    "source": "Masih ada {on_hand} di gerai. Habiskan atau tarik dulu stoknya sebelum mengganti asal barang.",
    "below_cost": "Harga di bawah modal {cost}: tiap penjualan rugi.",
}


@database.retry_on_conflict
async def add_listing(listing: NewListingBody, *, actor: Actor, once: Once | None = None) -> ListingAnswer:
    """List a published product at the store of the hat that is worn.

    Raises:
        InvalidError: prices that do not fit (member above public, above HET), goods that are not shown.
        AlreadyListedError: the store has it.

    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ListingAnswer)) is not None:
            return answer
        warnings = await _check(connection, actor, store_id, listing.product_id, listing)
        listing_id = await queries.insert_listing(connection, store_id, listing)
        if listing_id is None:
            raise AlreadyListedError
        await _record(connection, actor, "listing_added", listing_id, {"price_rupiah": listing.price_rupiah})
        answer = ListingAnswer(listing_id=listing_id, state="active", version=1, warnings=warnings)
        if once:
            await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def edit_listing(
    listing_id: ListingId, edited: EditListingBody, *, actor: Actor, once: Once | None = None
) -> ListingAnswer:
    """Change the terms of a listing.

    Raises:
        StaleError: changed since the editor's page was opened; both values are named.
        InvalidError: as in add_listing; another source while goods are there.

    """
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ListingAnswer)) is not None:
            return answer
        saved = await queries.lock_listing(connection, store_id, listing_id)
        changes = _changes(saved, edited)
        if saved.version != edited.version:
            raise StaleError(version=saved.version, changes=changes)
        if edited.source != saved.source and saved.on_hand:
            raise InvalidError(fields={"source": (_SENTENCES["source"], {"on_hand": saved.on_hand})})
        warnings = await _check(connection, actor, store_id, saved.product_id, edited)
        version = await queries.update_listing(connection, listing_id, edited)
        detail: dict[str, object] = {change.field: [change.saved, change.sent] for change in changes}
        await _record(connection, actor, "listing_edited", listing_id, detail)
        answer = ListingAnswer(listing_id=listing_id, state=saved.state, version=version, warnings=warnings)
        if once:
            await once.keep_answer(connection, answer)
        return answer


@database.retry_on_conflict
async def step_listing(listing_id: ListingId, step: str, *, actor: Actor, once: Once | None = None) -> ListingAnswer:
    """Take a listing off the shelf (`pause`) or put it back (`resume`).

    Raises:
        ListingStateError: it is so already.

    """
    state = {"pause": "paused", "resume": "active"}[step]
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, ListingAnswer)) is not None:
            return answer
        saved = await queries.lock_listing(connection, actor.require_store(), listing_id)
        if saved.state == state:
            raise ListingStateError
        version = await queries.set_listing_state(connection, listing_id, state)
        await _record(connection, actor, f"listing_{state}", listing_id, {"before": saved.state})
        answer = ListingAnswer(listing_id=listing_id, state=state, version=version)
        if once:
            await once.keep_answer(connection, answer)
        return answer


async def _record(
    connection: Connection, actor: Actor, action: str, listing_id: ListingId, detail: dict[str, object]
) -> None:
    await mark_search_dirty(connection, "listings", [listing_id])
    await record_audit(connection, actor=actor, action=action, subject=f"listing:{listing_id}", detail=detail)


async def _check(
    connection: Connection, actor: Actor, store_id: StoreId, product_id: ProductId, listing: ListingBody
) -> list[str]:
    """Judge the terms; sentences that only warn, in the language of whoever sets them.

    Raises:
        InvalidError: with a sentence for each field.

    """
    product = await queries.find_product_to_list(connection, store_id, product_id)
    if product is None:
        raise NotFoundError
    errors = _check_terms(listing, product["state"])
    warnings: list[str] = []
    rules = await get_rules(
        connection,
        organisation_id=actor.require_hat().organisation_id,
        category_slug=product["category_slug"],
        commodity_code=product["commodity_code"],
    )
    if rules.commodity is not None:
        verdict = judge_price(
            Money(listing.price_rupiah),
            content_quantity=product["content_quantity"],
            commodity=rules.commodity,
            ceilings=rules.ceilings,
            region_code=rules.region_code,
            on=day_of(clock.now(), WIB),
        )
        if verdict.is_refused:
            errors["price"] = (verdict.message, verdict.facts)
        elif verdict.message:
            warnings.append(translate(verdict.message, actor.language, **verdict.facts))
    lowest = listing.member_price_rupiah or listing.price_rupiah
    if listing.source == "own_stock" and lowest < listing.cost_rupiah:
        cost = format_rupiah(listing.cost_rupiah, actor.language)
        warnings.append(translate(_SENTENCES["below_cost"], actor.language, cost=cost))
    if errors:
        raise InvalidError(fields=errors)
    return warnings


def _check_terms(listing: ListingBody, product_state: str) -> FieldErrors:
    errors: FieldErrors = {}
    if product_state != "published" and isinstance(listing, NewListingBody):
        errors["product_id"] = _SENTENCES["not_shown"]
    if listing.member_price_rupiah is not None and listing.member_price_rupiah > listing.price_rupiah:
        errors["member_price"] = (_SENTENCES["member"], {"price": Money(listing.price_rupiah)})
    if listing.source == "own_stock" and listing.fee_basis_points:
        errors["fee"] = _SENTENCES["fee_of_own"]
    if listing.source != "own_stock" and not listing.fee_basis_points:
        errors["fee"] = _SENTENCES["fee_missing"]
    return errors


def _changes(saved: OwnListing, sent: ListingBody) -> list[Change]:
    return [
        Change(field=field, saved=_shown(getattr(saved, field)), sent=_shown(getattr(sent, field)))
        for field in ListingBody.__struct_fields__
        if getattr(saved, field) != getattr(sent, field)
    ]


def _shown(value: object) -> str:
    return "" if value is None else str(value)
