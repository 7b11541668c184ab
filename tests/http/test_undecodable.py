"""Input that does not decode is refused in our words: where, what kind of mistake, a sentence one can read."""

from typing import Any

import httpx
import pytest
from litestar.exceptions import HTTPException, ValidationException

from marketplace.http.undecodable import misfits_of
from tests.factories import command

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status_code", "code", "error"),
    [
        (b"{", 400, "undecodable", ("$", "$", "no_json", "Isi permintaan bukan JSON yang utuh.")),
        (b"\xff", 400, "undecodable", ("$", "$", "no_json", "Isi permintaan bukan JSON yang utuh.")),
        (b"", 422, "invalid", ("$", "$", "missing", "Isi permintaan kosong. Kirim JSON.")),
        (b"[]", 422, "invalid", ("$", "$", "wrong_type", "Harus objek, bukan daftar.")),
        (b"{}", 422, "invalid", ("lines", "$.lines", "missing", "Wajib diisi.")),
        (b'{"lines":[],"x":1}', 422, "invalid", ("x", "$.x", "unknown_field", "Isian ini tidak dikenal.")),
        (
            b'{"lines":[{"product_id":1,"quantity":"dua"}]}',
            422,
            "invalid",
            ("lines[0].quantity", "$.lines[0].quantity", "wrong_type", "Harus bilangan bulat, bukan teks."),
        ),
        (
            b'{"lines":[{"product_id":1,"quantity":1},{"product_id":1}]}',
            422,
            "invalid",
            ("lines[1].quantity", "$.lines[1].quantity", "missing", "Wajib diisi."),
        ),
    ],
)
async def test_body_that_does_not_fit_names_the_field(
    client: httpx.AsyncClient, body: bytes, status_code: int, code: str, error: tuple[str, str, str, str]
) -> None:
    answer = await client.post("/api/v1/carts", content=body, headers=command() | JSON)
    assert (answer.status_code, answer.json()["code"]) == (status_code, code)
    assert answer.headers["content-type"] == "application/problem+json"
    field, path, kind, sentence = error
    assert answer.json()["errors"] == [{"field": field, "path": path, "code": kind, "message": sentence}]
    assert "Expected" not in answer.text
    assert "detail" not in answer.json()


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("limit=x", [("limit", "wrong_type", "Harus bilangan bulat / null, bukan teks.")]),
        ("seller_id=1.5", [("seller_id", "wrong_type", "Harus bilangan bulat / null, bukan teks.")]),
    ],
)
async def test_query_that_does_not_fit_names_the_parameter(
    client: httpx.AsyncClient, query: str, errors: list[tuple[str, str, str]]
) -> None:
    answer = await client.get(f"/api/v1/products?{query}")
    assert answer.status_code == 422
    assert [(error["field"], error["code"], error["message"]) for error in answer.json()["errors"]] == errors
    assert all("path" not in error for error in answer.json()["errors"])


async def test_all_misfits_of_a_query_are_named_and_a_missing_one_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/reports/coverage?region=bekasi&on=2026-13-01")
    told = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert told["on"] == "Harus tanggal (2026-11-24)."
    assert told["region"].startswith(r"Bentuknya harus sesuai pola ^[0-9]{2}(\.[0-9]{2}")
    missing = await client.get("/api/v1/regions/nearest?latitude=-6.2")
    assert [(error["field"], error["code"]) for error in missing.json()["errors"]] == [("longitude", "missing")]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("en", "Must be a whole number, not text."),
        ("en-GB,en;q=0.9,id;q=0.8", "Must be a whole number, not text."),
        ("id-ID,en;q=0.5", "Harus bilangan bulat, bukan teks."),
        ("fr, ban", "Harus bilangan bulat, bukan teks."),
        ("eng", "Harus bilangan bulat, bukan teks."),
    ],
)
async def test_sentences_of_the_api_follow_accept_language(
    client: httpx.AsyncClient, header: str, sentence: str
) -> None:
    body = {"lines": [{"product_id": "satu", "quantity": 1}]}
    answer = await client.post("/api/v1/carts", json=body, headers=command() | {"accept-language": header})
    assert answer.json()["errors"][0]["message"] == sentence


async def test_pages_do_not_follow_accept_language_but_the_switch(client: httpx.AsyncClient) -> None:
    assert '<html lang="id"' in (await client.get("/masuk", headers={"accept-language": "en"})).text


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("Expected `str` of length <= 200 - at `$.reason`", "wrong_length"),
        ("Expected `int` >= 1", "out_of_bounds"),
        ("Expected `float` <= 90.0", "out_of_bounds"),
        ("Integer value out of range", "out_of_bounds"),
        ("Invalid enum value 'x'", "unknown_choice"),
        ("Invalid value 'x'", "unknown_choice"),
        ("Something msgspec will say one day", "unreadable"),
    ],
)
def test_wordings_of_the_decoder_have_a_code_and_a_sentence(wording: str, code: str) -> None:
    error = ValidationException(extra=[{"message": wording, "key": "reason", "source": "body"}])
    (misfit,) = misfits_of(error)
    assert (misfit.field, misfit.path, misfit.code) == ("reason", "$.reason", code)
    for language in ("id", "en"):
        assert "{" not in misfit.sentence(language)
        assert "Expected" not in misfit.sentence(language)
    assert misfit.sentence("id") != misfit.sentence("en")


@pytest.mark.parametrize("status_code", [404, 405, 413])
def test_other_refusals_of_the_framework_name_no_field(status_code: int) -> None:
    assert misfits_of(HTTPException(status_code=status_code)) == []


async def test_refusals_say_nothing_in_english(client: httpx.AsyncClient) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = [("GET", "/api/v1/tidak-ada", {}), ("PUT", "/api/v1/sessions", {})]
    for method, path, more in asked:
        problem = (await client.request(method, path, **more)).json()
        assert problem.keys() == {"type", "title", "status", "code"}
