"""What goes over the wire: pages compressed for whoever takes it, tokens of forms different on every page."""

import gzip
import html
import re

import httpx

from marketplace.http.compression import LEAST_BYTES, gzip_of
from marketplace.http.csrf import mask_token
from tests.factories import make_person, sign_in


async def test_page_is_compressed_for_who_takes_gzip_only(client: httpx.AsyncClient) -> None:
    packed = await client.get("/tentang", headers={"accept-encoding": "gzip, br"})
    plain = await client.get("/tentang", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) // 2
    assert "accept-encoding" in packed.headers["vary"]
    assert "accept-encoding" in plain.headers["vary"]
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


async def test_small_answers_and_files_stay_as_they_are(client: httpx.AsyncClient) -> None:
    health = await client.get("/health")
    assert len(health.content) < LEAST_BYTES
    assert "content-encoding" not in health.headers
    style = re.search(r"/static/\w+/app.css", html.unescape((await client.get("/")).text))
    assert style is not None
    assert (await client.get(style[0])).headers["vary"].count("accept-encoding") == 1


def test_length_of_compressed_text_varies_and_the_text_does_not() -> None:
    body = b"Belanja di koperasi sendiri. " * 50
    packed = [gzip_of(body) for _ in range(30)]
    assert {gzip.decompress(one) for one in packed} == {body}
    assert len({len(one) for one in packed}) > 5


def test_masked_token_differs_each_time() -> None:
    assert mask_token("") == ""
    assert len({mask_token("00ff" * 8) for _ in range(20)}) == 20


async def test_masked_token_opens_the_form_where_a_browser_says_nothing_else(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    page = await client.get("/akun")
    tokens = set(re.findall(r'name="_csrf" value="([0-9a-f]+)"', page.text))
    assert len(tokens) == 1
    del client.headers["sec-fetch-site"]
    refused = await client.post("/bahasa", data={"language": "en", "next": "/akun", "_csrf": "00" * 32})
    taken = await client.post("/bahasa", data={"language": "en", "next": "/akun", "_csrf": tokens.pop()})
    assert (refused.status_code, taken.status_code) == (403, 303)
