"""The pages that people see at the fake: where a buyer pays, and where an account's owner fills it in."""

from html import escape

from aiohttp import ClientError, ClientSession, web

from tests.fakes.stripe.state import FakeStripe
from tests.fakes.stripe.words import signed

_PAGE = """<!doctype html><html lang="id"><head><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>{title}</h1><p>{text}</p>
<form method="post"><button style="min-height:48px">{button}</button></form>
<p><a href="{back}" style="display:inline-block;min-height:48px">Kembali</a></p></main></body></html>"""


async def show_page(account: FakeStripe, request: web.Request) -> web.Response | None:
    """Answer a person's request; None where it is a program's."""
    parts = request.path.strip("/").split("/")
    if parts[:2] == ["c", "pay"]:
        session = account.get(parts[2])
        if request.method == "POST":
            account.pay(session["id"])
            await deliver(account)
            raise web.HTTPSeeOther(session["success_url"])
        return _page("Bayar (Stripe tiruan)", f"Rp {session['amount_total'] // 100}", "Pay", session["cancel_url"])
    if parts[0] == "favicon.ico":
        return web.Response(status=204)
    if parts[0] == "setup":
        link = account.get(parts[1])
        if request.method == "POST":
            account.onboard(link["account"])
            await deliver(account)
            raise web.HTTPSeeOther(link["return_url"])
        return _page("Isi data (Stripe tiruan)", link["account"], "Submit", link["return_url"])
    return None


async def deliver(account: FakeStripe) -> None:
    """Send all events to the address that was registered, if there is one."""
    if account.webhook is None:
        return
    address, secret = account.webhook
    async with ClientSession() as person:
        while account.events:
            event = account.events.pop(0)
            body, header = signed(event, secret)
            try:
                async with person.post(address, data=body, headers={"stripe-signature": header}) as answer:
                    assert answer.status == 200, await answer.text()
            except ClientError:
                account.events.insert(0, event)
                raise


def _page(title: str, text: str, button: str, back: str) -> web.Response:
    page = _PAGE.format(title=escape(title), text=escape(text), button=escape(button), back=escape(back))
    return web.Response(text=page, content_type="text/html")
