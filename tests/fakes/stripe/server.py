"""The fake over HTTP: keys, idempotency, expansion, and the faults that were asked for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from tests.fakes.stripe.forms import read_form
from tests.fakes.stripe.pages import show_page
from tests.fakes.stripe.state import FakeStripe, Fault, Json, Refusal


class RunningStripe(msgspec.Struct, kw_only=True):
    """A fake that can be reached."""

    account: FakeStripe
    address: str


@asynccontextmanager
async def serve(account: FakeStripe, *, port: int = 0) -> AsyncIterator[RunningStripe]:
    """Serve an account on a port of this machine; a free one, if none is given."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _Handler(account).answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield RunningStripe(account=account, address=f"http://{host}:{port}")
    finally:
        await runner.cleanup()


class _Handler:
    def __init__(self, account: FakeStripe) -> None:
        self.account = account

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if (page := await show_page(self.account, request)) is not None:
            return page
        name = f"{request.method} {request.path}"
        self.account.requests.append(name)
        fault = self._fault(name)
        if fault is not None and fault.status is not None and not fault.after_commit:
            return _json(fault.status, {"error": {"type": "api_error", "message": "not now"}})
        if request.headers.get("Authorization") != f"Bearer {self.account.secret_key}":
            return _json(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}})
        status, body = self._once(request, await request.text())
        if fault is not None and fault.after_commit:
            if fault.until is not None:
                await fault.until.wait()
            if fault.status is not None:
                return _json(fault.status, {"error": {"type": "api_error", "message": "broke after doing it"}})
            assert request.transport is not None
            request.transport.close()
        return _json(status, body)

    def _fault(self, name: str) -> Fault | None:
        for fault in self.account.faults:
            if fault.times and fault.part in name:
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def _once(self, request: web.Request, text: str) -> tuple[int, Json]:
        key = request.headers.get("Idempotency-Key")
        if request.method == "GET" or key is None:
            return self._do(request, text)
        asked = f"{request.path} {text}"
        if key in self.account.answers:
            before, status, body = self.account.answers[key]
            if before != asked:
                return 400, {"error": {"type": "idempotency_error", "message": "the key came with other parameters"}}
            return status, body
        status, body = self._do(request, text)
        if status == 200:
            # As it was answered then, not as the object is now.
            self.account.answers[key] = (asked, status, msgspec.json.decode(msgspec.json.encode(body)))
        return status, body

    def _do(self, request: web.Request, text: str) -> tuple[int, Json]:
        given = read_form(text or request.query_string)
        try:
            account_id = request.headers.get("Stripe-Account", "")
            body = self._route(request.method, request.path.strip("/").split("/")[1:], given, account_id)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 200, _expanded(self.account, body, given.get("expand", []))

    def _route(self, method: str, path: list[str], given: Json, account_id: str) -> Json:
        fake = self.account
        if account_id and account_id not in fake.objects:
            raise Refusal(saying="no access to that account", code="account_invalid", status=403)
        # Creating, listing and reading by whole path; what is done to one object by its name in it.
        whole: dict[tuple[str, ...], Callable[[Json], Json]] = {
            ("POST", "checkout", "sessions"): fake.create_session,
            ("POST", "refunds"): fake.create_refund,
            ("GET", "refunds"): fake.list_refunds,
            ("POST", "transfers"): fake.create_transfer,
            ("GET", "transfers"): fake.list_transfers,
            ("POST", "accounts"): fake.create_account,
            ("POST", "account_links"): fake.create_account_link,
            ("GET", "balance_transactions"): partial(fake.list_movements, account_id=account_id),
        }
        if (do := whole.get((method, *path))) is not None:
            return do(given)
        match method, path:
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                return fake.expire_session(session_id)
            case "POST", ["transfers", transfer_id, "reversals"]:
                return fake.reverse_transfer(transfer_id, given)
            case "GET", ["transfers", transfer_id, "reversals"]:
                return fake.list_reversals(transfer_id, given)
            case "GET", ["balance"]:
                return {"object": "balance", "available": [{"amount": fake.balance, "currency": fake.currency}]}
            case "GET", ["checkout", "sessions", object_id] | [_, object_id]:
                return fake.get(object_id, account_id=account_id)
        raise Refusal(saying=f"Unrecognized request URL ({method}: {path})", status=404)


def _expanded(fake: FakeStripe, body: Json, paths: list[str]) -> Json:
    copied: Json = msgspec.json.decode(msgspec.json.encode(body))
    copied.pop("intent_data", None)
    copied.pop("of_account", None)
    for path in paths:
        _expand(fake, copied, path.split("."))
    return copied


def _expand(fake: FakeStripe, place: Any, names: list[str]) -> None:
    if isinstance(place, list):
        for entry in place:
            _expand(fake, entry, names)
        return
    if not names or place is None:
        return
    if isinstance(place.get(names[0]), str):
        place[names[0]] = msgspec.json.decode(msgspec.json.encode(fake.get(place[names[0]])))
    _expand(fake, place.get(names[0]), names[1:])


def _json(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")
