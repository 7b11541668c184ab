"""People from the shell: the functions behind `lumbung users`."""

import pytest

from marketplace import database
from marketplace.accounts import known_people, users_cli
from marketplace.accounts.errors import ContactTakenError
from marketplace.accounts.schemas import SignIn
from marketplace.accounts.sign_in import sign_in
from marketplace.accounts.visit import Visit
from marketplace.errors import ConflictError, InvalidError, NotFoundError
from marketplace.organisations import roles_cli


async def test_first_operator_is_created_given_the_role_and_signs_in(pool: None) -> None:
    person_id, password = await users_cli.create_person("Pengelola", "0812-1234-0000")
    await roles_cli.give_role("081212340000", "platform_operator")
    with pytest.raises(ConflictError):
        await roles_cli.give_role("081212340000", "platform_operator")
    (listed,) = await known_people.list_known_people()
    assert (listed.person_id, listed.contact_masked) == (person_id, "0812*****000")
    assert listed.roles == ["platform_operator @ Pengelola Lumbung"]
    opened = await sign_in(SignIn(contact="0812 1234 0000", password=password), visit=Visit())
    assert opened.role == "platform_operator"


async def test_taken_contact_unknown_person_and_wrong_role_are_refused(pool: None) -> None:
    await users_cli.create_person("Pertama", "0812-1234-0000")
    with pytest.raises(ContactTakenError):
        await users_cli.create_person("Kedua", "+6281212340000")
    with pytest.raises(NotFoundError):
        await users_cli.make_reset_link("0819-0000-1111")
    with pytest.raises(NotFoundError):
        await roles_cli.give_role("0819-0000-1111", "platform_operator")
    with pytest.raises(InvalidError):
        await roles_cli.give_role("0812-1234-0000", "king")
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM role_assignment") == 0
        assert await connection.fetchval("SELECT count(*) FROM person") == 1


async def test_reset_link_and_disabling_from_the_shell(pool: None) -> None:
    await users_cli.create_person("Warga", "warga@contoh.id")
    assert "/sandi/" in await users_cli.make_reset_link("warga@contoh.id")
    await users_cli.set_disabled("warga@contoh.id", is_disabled=True)
    with pytest.raises(NotFoundError):
        await users_cli.make_reset_link("warga@contoh.id")
    await users_cli.set_disabled("warga@contoh.id", is_disabled=False)
    assert "/sandi/" in await users_cli.make_reset_link("warga@contoh.id")
