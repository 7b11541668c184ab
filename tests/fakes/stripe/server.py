"""The fake over HTTP: keys, idempotency, expansion, and the faults that were asked for."""

import hmac
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import msgspec
from aiohttp import web

from tests.fakes.stripe.forms import read_form
from tests.fakes.stripe.state import FakeStripe, Fault, Json, Refusal


class RunningStripe(msgspec.Struct, kw_only=True):
    """A fake that can be reached."""

    account: FakeStripe
    address: str


def signed(event: Json, secret: str, *, at: int | None = None) -> tuple[bytes, str]:
    """Body and Stripe-Signature header of an event."""
    body = msgspec.json.encode(event)
    instant = int(time.time()) if at is None else at
    signature = hmac.new(secret.encode(), f"{instant}.".encode() + body, sha256).hexdigest()
    return body, f"t={instant},v1={signature}"


@asynccontextmanager
async def serve(account: FakeStripe) -> AsyncIterator[RunningStripe]:
    """Serve an account on a free port of this machine."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _Handler(account).answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
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
            body = self._route(request.method, request.path.strip("/").split("/")[1:], given)
        except Refusal as refusal:
            return refusal.status, refusal.body
        return 200, _expanded(self.account, body, given.get("expand", []))

    def _route(self, method: str, path: list[str], given: Json) -> Json:
        fake, body = self.account, None
        match method, path:
            case "POST", ["checkout", "sessions"]:
                body = fake.create_session(given)
            case "POST", ["checkout", "sessions", session_id, "expire"]:
                body = fake.expire_session(session_id)
            case "POST", ["refunds"]:
                body = fake.create_refund(given)
            case "POST", ["transfers"]:
                body = fake.create_transfer(given)
            case "POST", ["transfers", transfer_id, "reversals"]:
                body = fake.reverse_transfer(transfer_id, given)
            case "GET", ["balance"]:
                body = {"object": "balance", "available": [{"amount": fake.balance, "currency": fake.currency}]}
            case "GET", ["balance_transactions"]:
                body = self._in_payout(given)
            case "GET", ["checkout", "sessions", object_id] | [_, object_id]:
                body = fake.get(object_id)
        if body is not None:
            return body
        raise Refusal(saying=f"Unrecognized request URL ({method}: {path})", status=404)

    def _in_payout(self, given: Json) -> Json:
        """Two at a time, so that whoever reads only the first page is found out."""
        found = [one for one in self.account.transactions if one["payout"] == given["payout"]]
        ids = [one["id"] for one in found]
        start = ids.index(given["starting_after"]) + 1 if "starting_after" in given else 0
        shown = found[start : start + 2]
        return {"object": "list", "data": shown, "has_more": len(found) > start + 2, "url": "/v1/balance_transactions"}


def _expanded(fake: FakeStripe, body: Json, paths: list[str]) -> Json:
    copied: Json = msgspec.json.decode(msgspec.json.encode(body))
    copied.pop("intent_data", None)
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
