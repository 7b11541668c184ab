"""`lumbung stripe`: whose account is whose, which stores share what came by card, and what got stuck."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from marketplace import database
from marketplace.commands.setting_up import database_in_use, read_settings, run
from marketplace.errors import InvalidError, LumbungError
from marketplace.formats.facts import write_facts


def _work(job: Callable[[], Awaitable[Any]]) -> Any:
    """Run `job` with the pool and Stripe open; a refusal ends the program with its sentence."""
    from marketplace.orders import close_stripe, open_stripe  # noqa: PLC0415 - help stays quick

    settings = read_settings()

    async def with_parts(url: str) -> Any:
        await database.open_pool(url, size=1)
        open_stripe(settings)
        try:
            return await job()
        finally:
            await close_stripe()
            await database.close_pool()

    try:
        with database_in_use(settings) as url:
            return run(with_parts(url))
    except InvalidError as error:
        lines = [message.format(**write_facts(facts, "id")) for message, facts in error.fields.values()]
        raise click.ClickException("\n".join(lines or [error.sentence])) from error
    except LumbungError as error:
        raise click.ClickException(error.sentence) from error


@click.group()
def stripe() -> None:
    """Connect sellers' Stripe accounts, say which stores send out parts of a payment, resolve what got stuck."""


@stripe.command()
@click.argument("seller_id", type=int)
@click.argument("account_id")
def connect(*, seller_id: int, account_id: str) -> None:
    """Keep ACCOUNT_ID (acct_…) as the account of the seller with this number."""
    from marketplace.ids import OrganisationId  # noqa: PLC0415 - as above
    from marketplace.orders import connect_seller  # noqa: PLC0415

    may_receive = _work(lambda: connect_seller(OrganisationId(seller_id), account_id))
    click.echo("connected; may be sent transfers" if may_receive else "connected; may not be sent transfers yet")


@stripe.command()
@click.argument("store_id", type=int)
@click.argument("sharing", type=click.Choice(["collect", "split"]))
def share(*, store_id: int, sharing: str) -> None:
    """Let the store's cooperative collect everything, or split: send suppliers and it their parts after hand-over."""
    from marketplace.ids import StoreId  # noqa: PLC0415 - as above
    from marketplace.orders import share_store  # noqa: PLC0415

    _work(lambda: share_store(StoreId(store_id), sharing))
    click.echo(f"store {store_id}: {sharing}")


@stripe.command()
def stuck() -> None:
    """List what a person has to look at: calls that Stripe refused or nobody knows the end of, events given up."""
    from marketplace.orders import show_stuck  # noqa: PLC0415 - as above

    found = _work(show_stuck)
    for one in found:
        about = "".join(
            [
                f", store {one.store_id}" if one.store_id is not None else "",
                f", order {one.order_code}" if one.order_code else "",
                f", {one.amount_rupiah} rupiah" if one.amount_rupiah else "",
            ]
        )
        click.echo(f"{one.key}  {one.state} since {one.since:%Y-%m-%d %H:%M}Z{about}")
        click.echo(f"    {one.outcome}")
    click.echo(f"{len(found)} to look at" + (": lumbung stripe resolve KEY" if found else ""))


@stripe.command()
@click.argument("keys", nargs=-1, required=True)
def resolve(*, keys: tuple[str, ...]) -> None:
    """Ask Stripe what became of each of KEYS, and book it; what Stripe refused leaves the list.

    Nothing is paid a second time: what Stripe has forgotten the key of is only looked for. What was not done is owed
    again, and may be asked for again.
    """
    from marketplace.actor import Actor  # noqa: PLC0415 - as above
    from marketplace.orders import resolve_stuck  # noqa: PLC0415

    async def look() -> None:
        for key in keys:
            looked = await resolve_stuck(key, actor=Actor())
            click.echo(f"{key}: {looked.state} ({looked.outcome})")

    _work(look)
