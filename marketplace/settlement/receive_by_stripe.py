"""Being paid by Stripe: a supplier (or a cooperative) opens an account there and fills it in on Stripe's own pages.

Coming back from those pages proves nothing: what counts is what Stripe answers when the account is fetched.
"""

from marketplace import clock, database
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.books import supplier_reference_of
from marketplace.errors import ConflictError, NotFoundError
from marketplace.ids import OrganisationId
from marketplace.orders import configured_stripe, stripe_in_use
from payments.stripe import (
    PROVIDER,
    AccountFact,
    Call,
    Receiver,
    StripeKeyRefused,
    StripeRefused,
    StripeUnavailable,
    claim_call,
    connect_account,
    end_call,
    find_receiver,
    note_capability,
    want_account,
)


class StripeSilentError(ConflictError):
    """Stripe does not answer, or will not open an account now."""

    code = "stripe_does_not_answer"
    default_message = "Stripe sedang tidak dapat dihubungi. Coba lagi beberapa menit lagi."


class StripeUnwillingError(ConflictError):
    """Stripe opens no account for this installation."""

    code = "stripe_opens_no_account"
    default_message = "Stripe belum bisa membuka akun dari sini. Pengelola platform perlu memeriksanya."


async def show_receiving(organisation_id: OrganisationId) -> Receiver | None:
    """How far an organisation is with being paid by Stripe; None where this installation has no Stripe."""
    if configured_stripe() is None:
        return None
    async with database.connection() as connection:
        return await find_receiver(connection, owner=supplier_reference_of(organisation_id))


@database.retry_on_conflict
async def begin_receiving(*, actor: Actor) -> None:
    """Open an account at Stripe for the organisation whose hat is worn; however often, it is one.

    Raises:
        NotFoundError: no Stripe here.
        StripeSilentError: Stripe does not answer; the worker goes on.
        StripeUnwillingError: Stripe will not.

    """
    if configured_stripe() is None:
        raise NotFoundError
    organisation_id, now = actor.require_hat().organisation_id, clock.now()
    owner = supplier_reference_of(organisation_id)
    async with database.transaction() as connection:
        if (await find_receiver(connection, owner=owner)).account_id:
            return
        key = await want_account(connection, owner=owner, at=now)
        call = await claim_call(connection, provider=PROVIDER, key=key, now=now)
        await record_audit(
            connection, actor=actor, action="settlement.stripe_account", subject=f"organisation:{organisation_id}"
        )
    if call is None:
        raise StripeSilentError
    try:
        await open_account(call)
    except (StripeUnavailable, StripeKeyRefused) as error:
        raise StripeSilentError from error
    except StripeRefused as error:
        raise StripeUnwillingError from error


async def open_account(call: Call) -> None:
    """Make the account of a claimed call and keep it.

    Raises:
        StripeRefused: Stripe will not; the call has ended.
        StripeUnavailable, StripeKeyRefused: not now; the call waits.

    """
    try:
        fact = await stripe_in_use().create_account(call.input["parameters"], key=call.key)
    except StripeRefused as error:
        await _end(call, state="refused", outcome=str(error))
        raise
    await _keep(call, fact)


@database.retry_on_conflict
async def _keep(call: Call, fact: AccountFact) -> None:
    async with database.transaction() as connection:
        await connect_account(connection, owner=call.input["owner"], fact=fact, at=clock.now())
        await end_call(connection, call=call, state="done", outcome=fact.account_id)


@database.retry_on_conflict
async def _end(call: Call, *, state: str, outcome: str) -> None:
    async with database.transaction() as connection:
        await end_call(connection, call=call, state=state, outcome=outcome)


async def address_at_stripe(*, actor: Actor, again: str, back: str) -> str:
    """The address where the account is filled in: good once, for some minutes.

    Raises:
        NotFoundError: no Stripe here, or no account yet.
        StripeSilentError: Stripe does not answer.

    """
    receiver = await show_receiving(actor.require_hat().organisation_id)
    if receiver is None or not receiver.account_id:
        raise NotFoundError
    try:
        return await stripe_in_use().create_account_link(receiver.account_id, again=again, back=back)
    except (StripeUnavailable, StripeKeyRefused, StripeRefused) as error:
        raise StripeSilentError from error


@database.retry_on_conflict
async def look_again(*, actor: Actor) -> None:
    """Fetch the account of the organisation whose hat is worn: what Stripe says now counts. Silence changes nothing."""
    receiver = await show_receiving(actor.require_hat().organisation_id)
    if receiver is None:
        raise NotFoundError
    if not receiver.account_id:
        return
    try:
        fact = await stripe_in_use().fetch_account(receiver.account_id)
    except (StripeUnavailable, StripeKeyRefused, StripeRefused):
        return
    async with database.transaction() as connection:
        await note_capability(connection, fact=fact, at=clock.now())
