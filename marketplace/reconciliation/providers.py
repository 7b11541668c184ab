"""Which QRIS provider may tell a store's money by signed callbacks, and with which key; the secret is kept sealed."""

import msgspec

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import author_of, book_of
from marketplace.errors import InvalidError
from marketplace.http.idempotency import Once
from marketplace.ids import StoreId
from marketplace.sealing import current_sealer
from payments import BadProvider, Provider, check_provider, find_provider_of, register_provider, stop_provider

SECRET_PURPOSE = "snap_provider.secret"  # noqa: S105 - what the sealed value is for, not the value


class ProviderDetails(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the provider gave the store: one of the shared secret (HMAC-SHA512) and its public key (RSA, PEM)."""

    provider: str
    partner_id: str
    secret: str = ""
    public_key: str = ""


class StoreProvider(msgspec.Struct, frozen=True, kw_only=True):
    """Who is listened to; empty for nobody. The secret is never shown again."""

    provider: str = ""
    partner_id: str = ""
    scheme: str = ""
    callback_path: str = ""


async def show_provider(store_id: StoreId) -> StoreProvider:
    """Read which provider is listened to."""
    async with database.connection() as connection:
        return await _told(connection, store_id)


async def _told(connection: database.Connection, store_id: StoreId) -> StoreProvider:
    made = await find_provider_of(connection, book=book_of(store_id))
    if made is None:
        return StoreProvider()
    return StoreProvider(
        provider=made.provider,
        partner_id=made.partner_id,
        scheme=made.scheme,
        callback_path=f"/webhooks/qris/{made.provider}",
    )


@database.retry_on_conflict
async def save_provider(details: ProviderDetails, *, actor: Actor, once: Once) -> StoreProvider:
    """Listen to this provider from now on.

    Raises:
        InvalidError: beside the field that cannot be right.

    """
    store_id = actor.require_store()
    try:
        scheme = check_provider(
            provider=details.provider.strip(),
            partner_id=details.partner_id.strip(),
            secret=details.secret.strip(),
            public_key=details.public_key.strip(),
        )
    except BadProvider as error:
        raise InvalidError(fields={error.field: error.problem}) from error
    sealed = current_sealer().seal(details.secret.strip(), purpose=SECRET_PURPOSE)
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreProvider)) is not None:
            return answer
        try:
            await register_provider(
                connection,
                made=Provider(
                    book=book_of(store_id),
                    provider=details.provider.strip(),
                    partner_id=details.partner_id.strip(),
                    scheme=scheme,
                    secret_sealed=sealed,
                    public_key=details.public_key.strip(),
                ),
                at=clock.now(),
                author=author_of(actor.require_person()),
            )
        except BadProvider as error:
            raise InvalidError(fields={error.field: error.problem}) from error
        return await _kept(connection, store_id, "channel.provider_registered", details.provider, actor, once)


@database.retry_on_conflict
async def close_provider(*, actor: Actor, once: Once) -> StoreProvider:
    """Listen to nobody any more."""
    store_id = actor.require_store()
    async with database.transaction() as connection:
        if (answer := await once.find_answer(connection, StoreProvider)) is not None:
            return answer
        await stop_provider(connection, book=book_of(store_id))
        return await _kept(connection, store_id, "channel.provider_stopped", "", actor, once)


async def _kept(
    connection: database.Connection, store_id: StoreId, action: str, name: str, actor: Actor, once: Once
) -> StoreProvider:
    await record_audit(connection, actor=actor, action=action, subject=f"store:{store_id}", detail={"provider": name})
    answer = await _told(connection, store_id)
    await once.keep_answer(connection, answer)
    return answer
