"""A provider's signed word settles a QRIS payment: repeated, reordered, unknown, wrong, forged, worker killed."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from marketplace import clock, database
from marketplace.reconciliation import handle_callbacks
from marketplace.reconciliation.match_lines import match_lines
from payments import AccountKind
from payments.snap.sign import body_hash, minified
from tests.orders.counter_shop import Shop, make_shop, order_goods
from tests.orders.test_waiting_payments import started
from tests.reconciliation.provider import SECRET, ReferenceProvider, set_up
from tests.reconciliation.statements import bring, count, held, open_list, qris_file

MATCH = "marketplace.reconciliation.callbacks.match_lines"


@pytest.fixture
async def provider(client: httpx.AsyncClient, shop: Shop) -> ReferenceProvider:
    """The provider, listened to."""
    assert (await set_up(client, shop)).status_code == 200
    return ReferenceProvider(client)


async def outcomes() -> list[tuple[str, int]]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT outcome, attempts FROM gateway_event ORDER BY id")
    return [(row["outcome"], row["attempts"]) for row in rows]


async def test_a_signed_callback_settles_once_however_often_it_comes(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    order = await order_goods(client, shop)
    await started(client, order)
    body = provider.notification(rupiah=95_000, reference="111122223333", bill=order["code"])
    for _ in range(2):
        answer = await provider.tell(body, external_id="satu")
        assert (answer.status_code, answer.json()["responseCode"]) == (200, "2005200")
    assert (await provider.tell(body, external_id="dua")).status_code == 200
    assert await count("receipt") == 0
    assert await handle_callbacks() == 2
    assert await handle_callbacks() == 0
    assert await outcomes() == [("line kept", 1), ("line known", 1)]
    assert (await count("receipt"), await held(shop, AccountKind.QRIS_CLEARING)) == (1, 95_000)
    assert await open_list(client, shop) == []
    # The acquirer's list names the same payment by the same number.
    assert (await bring(client, shop, qris_file(("111122223333", 95_000, 0)), "qris"))["new_count"] == 0


async def test_the_bill_tells_equal_amounts_apart_in_any_order(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    orders = [await order_goods(client, shop) for _ in range(2)]
    for order in orders:
        await started(client, order)
    for number, order in ((2, orders[1]), (1, orders[0])):
        body = provider.notification(rupiah=95_000, reference=f"11112222333{number}", bill=order["code"])
        assert (await provider.tell(body)).status_code == 200
    assert await handle_callbacks() == 2
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT reference FROM payment ORDER BY id")
    assert [row["reference"] for row in rows] == ["111122223331", "111122223332"]


async def test_unknown_bills_and_wrong_amounts_are_listed_for_a_person(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    order = await order_goods(client, shop)
    await started(client, order)
    for rupiah, bill in ((94_000, order["code"]), (95_000, "TIDAKADA")):
        body = provider.notification(rupiah=rupiah, reference=f"RRN{rupiah}000", bill=bill)
        assert (await provider.tell(body)).status_code == 200
    assert await handle_callbacks() == 2
    assert await count("receipt") == 0
    listed = [(one["kind"], one["amount_sen"]) for one in await open_list(client, shop)]
    assert listed == [("line_open", 9_400_000), ("line_open", 9_500_000)]


async def test_what_is_no_money_changes_nothing_and_what_cannot_be_read_is_listed(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    bodies = (
        provider.notification(rupiah=95_000, reference="111122223333", status="06"),
        b'{"hello": "world"}',
        provider.notification(rupiah=95_000, reference="1", amount={"value": "95000.00", "currency": "USD"}),
        provider.notification(rupiah=95_000, reference="2", finishedTime="0001-01-01T00:00:00+14:00"),
    )
    for body in bodies:
        assert (await provider.tell(body)).status_code == 200
    assert await handle_callbacks() == 4
    assert await count("statement_line") == 0
    assert [one["kind"] for one in await open_list(client, shop)] == ["callback_unread"] * 3


async def test_forged_late_and_changed_callbacks_are_refused(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    body = provider.notification(rupiah=95_000, reference="111122223333")
    stranger = ReferenceProvider(client, partner_id="ORANG-LAIN")
    wrong = ReferenceProvider(client, secret="rahasia-lain-yang-salah")
    refused = (
        await wrong.tell(body),
        await stranger.tell(body),
        await provider.tell(body, at=clock.now() - timedelta(minutes=6)),
        await provider.tell(body, at=clock.now() + timedelta(minutes=6)),
        await provider.tell(body, signature=""),
        await provider.tell(body, signature="bukan base64!"),
        await provider.tell(body, headers={"x-timestamp": "kemarin"}),
        await provider.tell(body, headers={"authorization": "Bearer lain"}),
        await provider.tell(body, headers={"x-partner-id": ""}),
    )
    assert [answer.status_code for answer in refused] == [401] * len(refused)
    assert refused[0].json() == {"responseCode": "4015200", "responseMessage": "Unauthorized. [Signature]"}
    assert (await provider.tell(b"\xff\xfe")).status_code == 400
    assert (await provider.tell(b"x" * (64 * 1024 + 1))).status_code == 413
    assert await count("gateway_event") == 0
    assert (await provider.tell(body, external_id="satu")).status_code == 200
    other = provider.notification(rupiah=1, reference="999")
    assert (await provider.tell(other, external_id="satu")).status_code == 409
    assert await count("gateway_event") == 1


async def test_a_providers_own_key_signs_too(client: httpx.AsyncClient, shop: Shop) -> None:
    provider = ReferenceProvider(client)
    assert (await set_up(client, shop, public_key=provider.make_key())).json()["scheme"] == "rsa"
    body = provider.notification(rupiah=95_000, reference="111122223333")
    assert (await provider.tell(body)).status_code == 200
    provider.make_key()
    assert (await provider.tell(body)).status_code == 401
    assert (await ReferenceProvider(client).tell(body)).status_code == 401


async def test_dead_on_the_way_it_is_claimed_again_and_poison_is_given_up(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await order_goods(client, shop)
    await started(client, order)
    body = provider.notification(rupiah=95_000, reference="111122223333", bill=order["code"])
    assert (await provider.tell(body)).status_code == 200

    async def dies(*_: object, **__: object) -> int:
        raise asyncio.CancelledError

    monkeypatch.setattr(MATCH, dies)
    with pytest.raises(asyncio.CancelledError):
        await handle_callbacks()
    assert await handle_callbacks() == 0, "another worker waits for the lease"
    monkeypatch.setattr(MATCH, match_lines)
    await _let_pass()
    assert await handle_callbacks() == 1
    assert (await count("receipt"), await count("statement_line")) == (1, 1)

    async def fails(*_: object, **__: object) -> int:
        message = "no"
        raise RuntimeError(message)

    monkeypatch.setattr(MATCH, fails)
    assert (await provider.tell(provider.notification(rupiah=5, reference="222222"))).status_code == 200
    for _ in range(8):
        assert await handle_callbacks() == 1
        assert await handle_callbacks() == 0, "it waits longer each time"
        await _let_pass()
    assert await handle_callbacks() == 0
    assert (await outcomes())[1] == ("given up: RuntimeError('no')", 8)


async def _let_pass() -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE gateway_event SET next_try_at = now() - interval '1 second'")


async def test_two_workers_handle_each_callback_once(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    for number in range(6):
        order = await order_goods(client, shop, chips=0, rice=1)
        await started(client, order)
        body = provider.notification(rupiah=65_000, reference=f"10000000000{number}", bill=order["code"])
        assert (await provider.tell(body)).status_code == 200
    assert sum(await asyncio.gather(handle_callbacks(), handle_callbacks(), handle_callbacks())) == 6
    assert (await count("receipt"), await held(shop, AccountKind.QRIS_CLEARING)) == (6, 6 * 65_000)


async def test_settings_that_cannot_be_right_are_refused_beside_their_field(
    client: httpx.AsyncClient, shop: Shop, provider: ReferenceProvider
) -> None:
    for field, body in (
        ("provider", {"provider": "Contoh Pay", "secret": SECRET}),
        ("partner_id", {"partner_id": "a b", "secret": SECRET}),
        ("secret", {"secret": "pendek"}),
        ("secret", {"secret": ""}),
        ("secret", {"secret": SECRET, "public_key": "x"}),
        ("public_key", {"public_key": "bukan kunci"}),
    ):
        refused = await set_up(client, shop, **body)
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [field]), refused.text
    other = await make_shop()
    refused = await set_up(client, other)
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, ["partner_id"])
    shown = await client.get(
        "/api/v1/stores/current/qris-provider", headers={"authorization": f"Bearer {shop.tokens['pengawas']}"}
    )
    assert shown.json() == {
        "provider": "contohpay",
        "partner_id": "GERAI-UJI",
        "scheme": "hmac",
        "callback_path": "/webhooks/qris/contohpay",
    }
    async with database.connection() as connection:
        assert SECRET.encode() not in await connection.fetchval("SELECT secret_sealed FROM snap_provider")


def test_only_space_between_parts_is_taken_out_of_what_is_signed() -> None:
    spaced = b'{ "a b" : [1, 2],\n\t"c\\" d": "x  y" }'
    assert minified(spaced) == b'{"a b":[1,2],"c\\" d":"x  y"}'
    assert body_hash(spaced) == body_hash(minified(spaced))
