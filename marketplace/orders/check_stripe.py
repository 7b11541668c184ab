"""What is wrong with the installation's Stripe account, for `lumbung doctor`: keys, one cheap call, what got stuck."""

import msgspec

from marketplace.database import Connection
from marketplace.orders.stripe_access import stripe_settings
from marketplace.settings import Settings
from payments.stripe import StripeApi, StripeKeyRefused, StripeRefused, StripeUnavailable, count_stuck

_CURRENCY = "idr"


class StripeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen, and in English what to do about what is wrong; nothing is wrong where `advice` is empty."""

    seen: str
    advice: tuple[str, ...] = ()


async def check_stripe(settings: Settings) -> StripeReport:
    """Look at the keys, and ask Stripe for the balance; without keys there is nothing to look at."""
    found = stripe_settings(settings)
    if found is None:
        return StripeReport(seen="not used")
    mode = "live" if found.is_live else "test"
    problems = found.problems()
    if found.is_live and not settings.is_secure:
        problems.append("LUMBUNG_URL is not https: Stripe sends live events to https only")
    if not settings.is_development and not found.is_live:
        problems.append("the key is a test key: nobody really pays")
    seen = f"{mode} key; events to {settings.public_url}/webhooks/stripe"
    if not problems:
        api = StripeApi(found)
        try:
            currency = await api.fetch_own_currency()
            if currency != _CURRENCY:
                problems.append(f"the account is paid out in {currency}: fees and payouts cannot be booked in rupiah")
        except StripeKeyRefused as error:
            problems.append(f"Stripe refuses the key ({error}): make a new one, or give it more rights")
        except (StripeUnavailable, StripeRefused) as error:
            problems.append(f"Stripe does not answer ({error}): is {found.api_base or 'api.stripe.com'} reachable?")
        finally:
            await api.close()
    return StripeReport(seen=seen, advice=tuple(problems))


async def check_stuck_calls(connection: Connection) -> StripeReport:
    """Count refunds and shares that Stripe refused or nobody knows of, and events that were given up."""
    calls, events = await count_stuck(connection)
    advice: tuple[str, ...] = ()
    if calls or events:
        advice = ("`lumbung stripe stuck` lists them; `lumbung stripe resolve` asks Stripe what became of each.",)
    return StripeReport(seen=f"{calls} calls and {events} events that a person has to look at", advice=advice)
