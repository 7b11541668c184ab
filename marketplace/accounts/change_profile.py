"""Change what a person says of themselves: name, village, language."""

import msgspec

from marketplace import database
from marketplace.accounts import store
from marketplace.accounts.schemas import ChangeProfile, PersonView
from marketplace.accounts.sign_up import checked_language, checked_name, checked_village
from marketplace.accounts.views import build_person
from marketplace.actor import Actor
from marketplace.audit import record_audit
from marketplace.http.idempotency import Once


async def change_profile(command: ChangeProfile, *, actor: Actor, once: Once | None = None) -> PersonView:
    """Replace the profile; return the person as they are now.

    Raises:
        InvalidError: name, village or language, field by field.
        KeyReusedError: the key came before with other input.

    """
    person_id = actor.require_person()
    name, language = checked_name(command.display_name), checked_language(command.language)
    async with database.transaction() as connection:
        if once and (answer := await once.find_answer(connection, PersonView)) is not None:
            return answer
        village_code = await checked_village(connection, command.village_code)
        await store.set_profile(connection, person_id, display_name=name, village_code=village_code, language=language)
        await record_audit(connection, actor=actor, action="person.changed", subject=f"person:{person_id}")
        changed = msgspec.structs.replace(actor, display_name=name, village_code=village_code, language=language)
        person = await build_person(connection, changed)
        if once:
            await once.keep_answer(connection, person)
    return person


async def change_language(language: str, *, actor: Actor) -> None:
    """Replace the language of a signed-in person's pages.

    Raises:
        InvalidError: a language that there is not.

    """
    async with database.transaction() as connection:
        await store.set_language(connection, actor.require_person(), checked_language(language))
