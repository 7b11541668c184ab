"""`lumbung users`: people and their first roles, from the shell."""

from collections.abc import Awaitable, Callable
from typing import Any

import click

from marketplace import database
from marketplace.commands.setting_up import database_in_use, read_settings, run
from marketplace.errors import InvalidError, LumbungError, NotFoundError
from marketplace.formats.facts import write_facts


def _work(job: Callable[[], Awaitable[Any]]) -> Any:
    """Run `job` with the pool open; a refusal ends the program with its sentences."""

    async def with_pool(url: str) -> Any:
        await database.open_pool(url, size=1)
        try:
            return await job()
        finally:
            await database.close_pool()

    try:
        with database_in_use(read_settings()) as url:
            return run(with_pool(url))
    except InvalidError as error:
        lines = [message.format(**write_facts(facts, "id")) for message, facts in error.fields.values()]
        raise click.ClickException("\n".join(lines or [error.sentence])) from error
    except NotFoundError as error:
        message = (
            "Nobody with this contact can be found, or no organisation with this number; see `lumbung users list`."
        )
        raise click.ClickException(message) from error
    except LumbungError as error:
        raise click.ClickException(error.sentence) from error


@click.group()
def users() -> None:
    """List, create, disable and enable people; give roles; make links to set a password."""


@users.command("list")
@click.option("--after", default=0, help="Begin after this person's number.")
@click.option("--limit", default=50, show_default=True)
def list_users(*, after: int, limit: int) -> None:
    """List people by number, with masked contacts and their roles."""
    from marketplace.accounts import known_people  # noqa: PLC0415 - help stays quick

    for person in _work(lambda: known_people.list_known_people(after=after, limit=limit)):
        state = " (disabled)" if person.is_disabled else ""
        click.echo(f"{person.person_id:>6}  {person.display_name}  {person.contact_masked}{state}")
        for role in person.roles:
            click.echo(f"        {role}")


@users.command()
@click.argument("name")
@click.argument("contact")
@click.option("--password", prompt=False, default=None, help="Made up and printed where it is not given.")
def create(*, name: str, contact: str, password: str | None) -> None:
    """Make an account for NAME with a mobile number or e-mail address."""
    from marketplace.accounts import users_cli  # noqa: PLC0415 - as above

    person_id, chosen = _work(lambda: users_cli.create_person(name, contact, password))
    click.echo(f"person {person_id}" + ("" if password else f", password: {chosen}"))


@users.command()
@click.argument("contact")
@click.argument("role")
@click.option("--organisation", "organisation_id", type=int, default=None, help="Its number; not for the operator.")
def grant(*, contact: str, role: str, organisation_id: int | None) -> None:
    """Give the person with CONTACT a ROLE, such as platform_operator."""
    from marketplace.organisations import roles_cli  # noqa: PLC0415 - as above

    assignment_id = _work(lambda: roles_cli.give_role(contact, role, organisation_id))
    click.echo(f"role assignment {assignment_id}")


@users.command("reset-link")
@click.argument("contact")
def reset_link(*, contact: str) -> None:
    """Print a one-time link, good for an hour, to set a new password."""
    from marketplace.accounts import users_cli  # noqa: PLC0415 - as above

    click.echo(_work(lambda: users_cli.make_reset_link(contact)))


@users.command()
@click.argument("contact")
def disable(*, contact: str) -> None:
    """Disable an account and end its sessions."""
    from marketplace.accounts import users_cli  # noqa: PLC0415 - as above

    _work(lambda: users_cli.set_disabled(contact, is_disabled=True))
    click.echo("disabled; all sessions have ended")


@users.command()
@click.argument("contact")
def enable(*, contact: str) -> None:
    """Enable a disabled account."""
    from marketplace.accounts import users_cli  # noqa: PLC0415 - as above

    _work(lambda: users_cli.set_disabled(contact, is_disabled=False))
    click.echo("enabled")
