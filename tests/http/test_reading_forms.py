"""Addresses that only take forms are read too: by the language switch, by reloading, from bookmarks."""

import re
from html import unescape

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.http.nearest import nearest_page
from tests.factories import make_staff, sign_in
from tests.factories_trade import make_store
from tests.http.policy_table import WHO
from tests.http.test_policies import fill, make_visitor, table

FORMS = [(path, who) for (method, path), who in table().items() if method == "POST" and not path.startswith("/api/")]


@pytest.mark.parametrize("role", WHO["everyone"])
async def test_every_form_address_can_be_read_by_who_may_send_it(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    async with database.connection() as connection:
        # The counter of a cooperative without a store answers 409 to everything.
        for row in await connection.fetch("SELECT id FROM organisation WHERE kind = 'cooperative'"):
            await make_store(connection, cooperative_id=row["id"])
    if person is not None:
        await sign_in(client, person, wearing=assignment)
    surprises = []
    for path, who in FORMS:
        if role not in WHO[who]:
            continue
        answer = await client.get(fill(path), follow_redirects=True)
        # 404: the sample names a thing that is not there; 410: nor is the one-time link.
        if answer.status_code not in {200, 404, 410}:
            surprises.append(f"{path}: {answer.status_code} at {answer.url.path}")
        if role != "guest" and answer.url.path == "/masuk":
            surprises.append(f"{path}: asked to sign in")
    assert surprises == []


def test_there_are_forms_to_walk_over() -> None:
    assert len(FORMS) > 40


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/kasir/pesanan/K7QM-3RTA/bayar", "/kasir/pesanan/K7QM-3RTA"),
        ("/koperasi/anggota/7/putuskan", "/koperasi/anggota"),
        ("/kasir/jual/bayar", "/kasir/jual"),
        ("/akun/topi", "/akun"),
        ("/keluar", "/"),
        ("/", "/"),
        ("//example.com/x", "/"),
        ("/masuk//example.com/x", "/masuk"),
        ("/\\example.com/x", "/"),
        ("/api/v1/carts", "/"),
    ],
)
def test_nearest_page_is_the_longest_beginning_that_is_one(built_app: Litestar, address: str, page: str) -> None:
    assert nearest_page(built_app, address) == page


async def test_language_is_switched_on_a_form_shown_again_with_errors(client: httpx.AsyncClient) -> None:
    person, _ = await make_staff("pengurus")
    await sign_in(client, person)
    refused = await client.post("/koperasi/staf", data={"contact": "bukan nomor", "role": "cashier", "_once": "k" * 16})
    assert refused.status_code == 422
    refused_elsewhere = await client.post("/koperasi/anggota/999999/putuskan", data={"_once": "k" * 16})
    assert refused_elsewhere.status_code >= 400
    heading = re.search(r'action="/bahasa">.*?name="next" value="([^"]*)"', refused_elsewhere.text, re.DOTALL)
    assert heading is not None
    switched = await client.post(
        "/bahasa", data={"language": "en", "next": unescape(heading[1])}, follow_redirects=True
    )
    assert (switched.status_code, switched.url.path) == (200, "/koperasi/anggota")
    assert '<html lang="en"' in switched.text


async def test_other_methods_are_still_refused(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/akun/topi")).status_code == 405
    answer = await client.get("/api/v1/orders")
    assert (answer.status_code, answer.json()["code"]) == (405, "http_405")
