"""The fake as a program of its own, for looking at cards in the demonstration without an account anywhere.

`python -m tests.fakes.stripe` says which settings the demonstration needs. What it holds is gone when it ends.
"""

import argparse
import asyncio
import sys
from contextlib import suppress

from aiohttp import ClientError

from tests.fakes.stripe.pages import deliver
from tests.fakes.stripe.server import serve
from tests.fakes.stripe.state import FakeStripe

SECRET = "whsec_stand_in_for_stripe"


async def run(*, port: int, site: str) -> None:
    """Answer at a port, and send events to a site as they happen, until stopped."""
    account = FakeStripe()
    account.webhook = (f"{site}/webhooks/stripe", SECRET)
    async with serve(account, port=port) as running:
        account.pages_at = running.address
        sys.stdout.write(
            f"LUMBUNG_STRIPE_KEY={account.secret_key} LUMBUNG_STRIPE_WEBHOOK_SECRETS={SECRET}"
            f" STRIPE_API_BASE={running.address}\n"
        )
        sys.stdout.flush()
        while True:
            # A site that is not up yet gets them later, as from Stripe.
            with suppress(ClientError):
                await deliver(account)
            await asyncio.sleep(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--site", default="http://127.0.0.1:8000", help="the demonstration's address")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(run(port=given.port, site=given.site))
