"""Change what a person says of themselves: name, village, language."""

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.schemas import ChangeProfile
from marketplace.accounts.sign_up import checked_language, checked_name, checked_village
from marketplace.actor import Actor
from marketplace.audit import record_audit


async def change_profile(command: ChangeProfile, *, actor: Actor) -> None:
    """Replace the profile.

    Raises:
        InvalidError: name, village or language, field by field.

    """
    person_id = actor.require_person()
    name, language = checked_name(command.display_name), checked_language(command.language)
    async with database.transaction() as connection:
        village_code = await checked_village(connection, command.village_code)
        await store.set_profile(connection, person_id, display_name=name, village_code=village_code, language=language)
        await record_audit(connection, actor=actor, action="person.changed", subject=f"person:{person_id}")


async def change_language(language: str, *, actor: Actor) -> None:
    """Replace the language of a signed-in person's pages.

    Raises:
        InvalidError: a language that there is not.

    """
    async with database.transaction() as connection:
        await store.set_language(connection, actor.require_person(), checked_language(language))
