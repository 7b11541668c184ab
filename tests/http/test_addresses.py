"""Whose address counts against a limit: nobody hides behind a header or a household's many addresses."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from litestar import Request

from marketplace.http.rate_limits import client_address
from marketplace.settings import current_settings
from tests.factories import PASSWORD, command, make_person


def address_of(client: str | None, *forwarded: str) -> str:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "client": (client, 1234) if client else None,
        "headers": [(b"x-forwarded-for", line.encode()) for line in forwarded],
        "state": {},
    }
    return client_address(Request(scope))  # type: ignore[arg-type]


@pytest.fixture
def proxies() -> Iterator[None]:
    """Run behind two proxies of our own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUMBUNG_PROXIES", "10.0.0.1, 10.0.0.2")
        current_settings.cache_clear()
        yield
    current_settings.cache_clear()


def test_header_of_a_stranger_counts_for_nothing() -> None:
    assert address_of("203.0.113.7", "198.51.100.1") == "203.0.113.7"
    assert address_of(None) == "unknown"


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        # What stands before the last proxy's entry was written by the client.
        ("10.0.0.1", ["192.0.2.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.9", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.9, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [" , "], "10.0.0.1"),
        ("10.0.0.1", ["x" * 500], "x" * 64),
    ],
)
def test_behind_proxies_the_nearest_stranger_counts(
    proxies: None, client: str, forwarded: list[str], address: str
) -> None:
    assert address_of(client, *forwarded) == address


def test_addresses_of_one_household_count_together() -> None:
    assert address_of("2001:db8:1:2::1") == address_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert address_of("2001:db8:1:3::1") != address_of("2001:db8:1:2::1")
    assert address_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert address_of("::1") == "::/64"


async def test_changing_header_does_not_open_the_limit_of_signing_in(client: httpx.AsyncClient) -> None:
    person = await make_person()
    codes = []
    for number in range(11):
        headers = command() | {"x-forwarded-for": f"198.51.100.{number}", "forwarded": f"for=198.51.100.{number}"}
        body = {"contact": person.contact, "password": "salah salah" if number < 10 else PASSWORD}
        codes.append((await client.post("/api/v1/sessions", json=body, headers=headers)).status_code)
    assert codes == [401] * 10 + [429]
