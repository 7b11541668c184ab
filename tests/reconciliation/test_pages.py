"""The pages of reconciliation: a file is looked at before it is kept, and what was typed stays beside its refusal."""

from collections.abc import AsyncIterator
from html import unescape

import httpx
import pytest
from litestar import Litestar

from payments import AccountKind
from tests.orders.counter_shop import Shop, add_person, browser, order_goods, press
from tests.orders.test_deposits import make
from tests.orders.test_waiting_payments import started
from tests.orders.till_shop import fill_safe
from tests.reconciliation.statements import bank_file, bank_reference, bring, count, decide, held, line_ids

PATH = "/koperasi/rekonsiliasi"


@pytest.fixture
async def manager(app: Litestar, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, shop.tokens["store_manager"]) as person:
        yield person


def said(page: httpx.Response) -> str:
    return unescape(page.text).replace("\u00a0", " ")


async def look_at(manager: httpx.AsyncClient, data: bytes, kind: str = "bank") -> httpx.Response:
    return await manager.post(f"{PATH}/mutasi", data={"kind": kind}, files={"file": ("mutasi.csv", data, "text/csv")})


async def test_a_file_is_shown_as_it_is_understood_and_kept_by_the_next_press(
    client: httpx.AsyncClient, manager: httpx.AsyncClient, shop: Shop
) -> None:
    page = await manager.get(PATH)
    assert "Semua cocok" in said(page)
    await started(client, await order_goods(client, shop), "transfer")
    shown = await look_at(manager, bank_file(("TRF SITI", 94_999), ("TRF LAIN", 50_000)))
    assert shown.status_code == 200, shown.text
    assert "Rp 144.999" in said(shown)
    assert "TRF SITI" in said(shown)
    assert await count("statement_line") == 0
    kept = await press(manager, shown, f"{PATH}/mutasi", step="save", **_columns(shown))
    assert (kept.status_code, kept.headers["location"]) == (303, PATH)
    assert await held(shop, AccountKind.BANK, await bank_reference()) == 94_999
    page = await manager.get(PATH)
    assert "1 hal belum cocok" in said(page)
    assert "TRF LAIN" in said(page)
    assert "Rp 50.000" in said(page)
    assert "pengelola gerai" in said(page)


def _columns(page: httpx.Response) -> dict[str, str]:
    """Columns as the page has them chosen."""
    chosen = {}
    for part in page.text.split('<select class="input" id="')[1:]:
        name = part.split('"', 1)[0]
        options = part.split("</select>", 1)[0]
        before, mark, _ = options.partition(" selected")
        chosen[name] = before.rsplit('value="', 1)[1].split('"', 1)[0] if mark else ""
    return chosen


async def test_columns_without_names_are_chosen_on_the_page(manager: httpx.AsyncClient, shop: Shop) -> None:
    data = b"K1,K2,K3\n24/11/2025,Siti,94998\n"
    shown = await look_at(manager, data)
    assert shown.status_code == 200
    assert "Pilih arti kolomnya" in said(shown)
    wrong = await press(manager, shown, f"{PATH}/mutasi", step="read", column_date="0", column_amount="1")
    assert wrong.status_code == 422
    assert "Jumlah di baris 2 tidak terbaca: “Siti”" in said(wrong)
    assert _columns(wrong)["column_amount"] == "1"
    none = await press(manager, wrong, f"{PATH}/mutasi", step="save", column_amount="2")
    assert none.status_code == 422
    assert "Pilih kolom tanggal" in said(none)
    right = await press(manager, none, f"{PATH}/mutasi", step="read", column_date="0", column_amount="2")
    assert "Rp 94.998" in said(right)
    kept = await press(manager, right, f"{PATH}/mutasi", step="save", **_columns(right))
    assert kept.status_code == 303
    assert await count("statement_line") == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Pilih berkas mutasi dulu."),
        (b"%PDF-1.7", "bukan CSV atau XLSX"),
        (b"x" * (2 * 1024 * 1024 + 1), "melebihi 2 MB"),
    ],
    ids=["empty", "pdf", "large"],
)
async def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    manager: httpx.AsyncClient, shop: Shop, data: bytes, sentence: str
) -> None:
    refused = await look_at(manager, data)
    assert refused.status_code == 422
    assert sentence in said(refused)
    assert 'id="file-error"' in refused.text
    assert (await look_at(manager, b"a", kind="lain")).status_code == 422


async def test_a_line_is_taken_or_explained_on_its_page(
    client: httpx.AsyncClient, manager: httpx.AsyncClient, shop: Shop
) -> None:
    order = await order_goods(client, shop)
    payment = await started(client, order, "transfer")
    await bring(client, shop, bank_file(("TRF SITI", 94_999), ("TRF SITI", 94_999), ("BIAYA", -2_500)))
    first, second, fee = await line_ids()
    page = await manager.get(f"{PATH}/mutasi/{first}")
    assert order["code"] in said(page)
    path = f"{PATH}/mutasi/{first}"
    taken = await press(manager, page, path, what=f"payment-{payment['payment_id']}")
    assert (taken.status_code, taken.headers["location"]) == (303, PATH)
    assert "Sudah dicocokkan" in said(await manager.get(path))
    again = await press(manager, page, path, what=f"payment-{payment['payment_id']}", _once="another-press")
    assert again.status_code == 409
    assert "sudah dicocokkan" in said(again)

    path = f"{PATH}/mutasi/{second}"
    refused = await press(manager, await manager.get(path), path, note="dua", what="explain", _once="explain-1")
    assert refused.status_code == 422
    assert "5 sampai 500 huruf" in said(refused)
    assert 'value="dua"' in refused.text
    done = await press(
        manager, refused, path, note="Transfer dua kali, dikembalikan", what="explain", _once="explain-2"
    )
    assert done.status_code == 303
    path = f"{PATH}/mutasi/{fee}"
    assert (await press(manager, await manager.get(path), path, what="fee")).status_code == 303
    page = await manager.get(PATH)
    assert "Semua cocok" in said(page)
    assert "Transfer dua kali, dikembalikan" in said(page)
    for absurd in (0, 999_999, 2**31, 2**63, 10**40):
        assert (await manager.get(f"{PATH}/mutasi/{absurd}")).status_code == 404
        answer = await decide(client, shop, absurd, is_bank_fee=True)
        assert answer.status_code == 404, answer.text


async def test_a_deposit_is_chosen_on_the_lines_page_by_whoever_did_not_bring_it(
    app: Litestar, client: httpx.AsyncClient, manager: httpx.AsyncClient, shop: Shop
) -> None:
    await fill_safe(client, shop, 500_000)
    deposit = await make(client, shop.tokens["store_manager"])
    await bring(client, shop, bank_file(("SETORAN TUNAI", 290_000)))
    (line_id,) = await line_ids()
    path = f"{PATH}/mutasi/{line_id}"
    own = await manager.get(path)
    assert "orang lain yang memilih" in said(own)
    assert "Ini setorannya" not in said(own)
    forced = await press(manager, own, path, what=f"move-deposit:{deposit}/deposit", _once="forced-press")
    assert forced.status_code == 403
    assert "bukan yang membawanya" in said(forced)
    async with browser(app, await add_person(shop, "pengurus")) as board:
        page = await board.get(path)
        assert "Bank menghitung kurang Rp 10.000." in said(page)
        taken = await press(board, page, path, what=f"move-deposit:{deposit}/deposit")
        assert (taken.status_code, taken.headers["location"]) == (303, PATH)
        its = said(await board.get(f"/koperasi/setoran/{deposit}"))
        assert "Sudah di rekening" in its
        assert "Rp 290.000" in its
        assert "selisih kas" in its
        assert "Sudah dicocokkan" in said(await board.get(path))
        assert "Semua cocok" in said(await board.get(PATH))


async def test_supervisors_read_and_may_not_change(app: Litestar, client: httpx.AsyncClient, shop: Shop) -> None:
    await bring(client, shop, bank_file(("TRF", 1_000)))
    async with browser(app, shop.tokens["pengawas"]) as person:
        page = await person.get(PATH)
        assert page.status_code == 200
        assert "<form" not in page.text.split("<main", 1)[1].split("</main>", 1)[0]
        line = await person.get(f"{PATH}/mutasi/{(await line_ids())[0]}")
        assert line.status_code == 200
        assert "Ini uangnya" not in said(line)
        assert (await person.post(PATH, data={"what": "match"})).status_code == 403


async def test_a_wrong_provider_is_refused_beside_its_field_and_the_secret_is_not_shown(
    manager: httpx.AsyncClient, shop: Shop
) -> None:
    page = await manager.get(PATH)
    refused = await manager.post(
        PATH,
        data={
            "what": "provider",
            "_once": "provider-1",
            "provider": "contohpay",
            "partner_id": "!",
            "secret": "s" * 20,
        },
    )
    assert refused.status_code == 422
    assert 'id="partner_id-error"' in refused.text
    assert "s" * 20 not in refused.text
    kept = await manager.post(
        PATH,
        data={
            "what": "provider",
            "_once": "provider-2",
            "provider": "contohpay",
            "partner_id": "ABC",
            "secret": "s" * 20,
        },
    )
    assert kept.status_code == 303
    page = await manager.get(PATH)
    assert "/webhooks/qris/contohpay" in said(page)
    stopped = await manager.post(PATH, data={"what": "stop-provider", "_once": "provider-3"})
    assert stopped.status_code == 303
    assert "Belum ada." in said(await manager.get(PATH))
