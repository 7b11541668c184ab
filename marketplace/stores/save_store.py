"""Open a cooperative's store or change its settings, hours and the villages it delivers to."""

from marketplace import database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.catalog import Change, StaleError
from marketplace.database import Connection
from marketplace.errors import InvalidError, NotFoundError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import parse_phone
from marketplace.http.idempotency import Once
from marketplace.ids import OrganisationId, StoreId
from marketplace.outbox import mark_search_dirty
from marketplace.stores import queries
from marketplace.stores.hours import WEEKDAY_LABELS, Spell, format_day
from marketplace.stores.schemas import CoverageBody, StoreAnswer, StoreBody, StoreDetail

FieldErrors = dict[str, str | tuple[str, dict[str, object]]]

_SHORTEST_NAME = 3
_SENTENCES = {
    "name": "Nama gerai 3 sampai 160 huruf.",
    "position": "Isi lintang dan bujur bersama, atau kosongkan keduanya.",
    "hours": "Jam buka pada hari yang sama tidak boleh bertumpuk.",
}


@database.retry_on_conflict
async def save_store(store: StoreBody, *, actor: Actor, once: Once | None = None) -> StoreAnswer:
    """Write the settings; a cooperative without a store opens one (`version` 0).

    Raises:
        StaleError: somebody else saved in between.
        InvalidError: telephone, position or hours cannot be used.

    """
    cooperative_id = actor.require_hat().organisation_id
    store, hours = _checked(store)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, StoreAnswer)) is not None:
            return answer
        saved = await queries.lock_store_of(connection, cooperative_id)
        if saved is None:
            store_id, version = await _open(connection, cooperative_id, store, hours), 1
        elif saved["version"] != store.version:
            raise await _stale(connection, cooperative_id, store, hours)
        else:
            store_id = saved["id"]
            version = await queries.update_store(connection, store_id, store)
        await queries.replace_hours(connection, store_id, hours)
        await _mark(connection, store_id)
        await record_audit(
            connection,
            actor=actor,
            action="store_saved",
            subject=f"store:{store_id}",
            detail={"is_active": store.is_active, "is_delivering": store.is_delivering},
        )
        answer = StoreAnswer(store_id=store_id, version=version)
        if once:
            await once.keep_answer(connection, answer)
        return answer


async def _open(
    connection: Connection, cooperative_id: OrganisationId, store: StoreBody, hours: list[Spell]
) -> StoreId:
    store_id = await queries.insert_store(connection, cooperative_id, store)
    if store_id is None:
        # Somebody of the same cooperative opened it while this waited.
        raise await _stale(connection, cooperative_id, store, hours)
    return store_id


async def _stale(
    connection: Connection, cooperative_id: OrganisationId, store: StoreBody, hours: list[Spell]
) -> StaleError:
    """The refusal of a page older than the store, with what differs.

    Raises:
        NotFoundError: there is no store.

    """
    saved = await queries.find_store_of(connection, cooperative_id)
    if saved is None:
        raise NotFoundError
    return StaleError(version=saved.version, changes=_changes(saved, store, hours))


def _changes(saved: StoreDetail, sent: StoreBody, hours: list[Spell]) -> list[Change]:
    """What differs; an empty position stands for the village's and is no difference."""
    fields = [name for name in sent.__struct_fields__ if name not in ("version", "hours")]
    pairs = [
        (name, _shown(getattr(saved, name)), _shown(value))
        for name in fields
        if (value := getattr(sent, name)) is not None or name not in ("latitude", "longitude")
    ]
    pairs += [(f"hours_{day}", format_day(saved.hours, day), format_day(hours, day)) for day in WEEKDAY_LABELS]
    return [Change(field=name, saved=before, sent=after) for name, before, after in pairs if before != after]


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _checked(store: StoreBody) -> tuple[StoreBody, list[Spell]]:
    errors: FieldErrors = {}
    fields = {name: getattr(store, name) for name in store.__struct_fields__}
    # The schema counts blanks around the name.
    fields["name"] = store.name.strip()
    if len(fields["name"]) < _SHORTEST_NAME:
        errors["name"] = _SENTENCES["name"]
    if store.phone:
        try:
            fields["phone"] = parse_phone(store.phone)
        except FormatError as error:
            errors["phone"] = (error.message, error.facts)
    else:
        fields["phone"] = None
    if (store.latitude is None) != (store.longitude is None):
        errors["latitude"] = _SENTENCES["position"]
    hours = sorted(
        Spell(weekday=spell.weekday, opens_minute=spell.opens_minute, closes_minute=spell.closes_minute)
        for spell in store.hours
    )
    previous = None
    for spell in hours:
        overlaps = previous and previous.weekday == spell.weekday and previous.closes_minute > spell.opens_minute
        if spell.closes_minute <= spell.opens_minute or overlaps:
            errors[f"hours_{spell.weekday}"] = _SENTENCES["hours"]
        previous = spell
    if errors:
        raise InvalidError(fields=errors)
    return StoreBody(**fields), hours


@database.retry_on_conflict
async def cover_village(coverage: CoverageBody, *, actor: Actor, once: Once | None = None) -> StoreAnswer:
    """Add or remove a village that the store delivers to; again is harmless.

    Raises:
        NotFoundError: no such village, or the cooperative has no store yet.

    """
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, StoreAnswer)) is not None:
            return answer
        saved = await queries.lock_store_of(connection, actor.require_hat().organisation_id)
        if saved is None:
            raise NotFoundError
        await queries.set_coverage(connection, saved["id"], coverage.village_code, is_covered=coverage.is_covered)
        await _mark(connection, saved["id"])
        await record_audit(
            connection,
            actor=actor,
            action="store_coverage",
            subject=f"store:{saved['id']}",
            detail={"village": coverage.village_code, "is_covered": coverage.is_covered},
        )
        answer = StoreAnswer(store_id=saved["id"], version=saved["version"])
        if once:
            await once.keep_answer(connection, answer)
        return answer


async def _mark(connection: Connection, store_id: StoreId) -> None:
    """A store's place and switch stand in its own and in all its listings' search documents. In order of the index."""
    await mark_search_dirty(connection, "listings", await queries.list_listing_ids(connection, store_id))
    await mark_search_dirty(connection, "stores", [store_id])
