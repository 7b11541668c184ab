"""The process's one way to Stripe, where the installation has keys; without them everything else works as ever.

Nobody reaches Stripe inside a transaction: it would hold locks for as long as the network pleases.
"""

from marketplace import database
from marketplace.settings import Settings
from payments.stripe import StripeApi, StripeSettings

_api: StripeApi | None = None


class StripeNotSetError(RuntimeError):
    """Something is to be asked of Stripe by an installation without keys; the worker leaves it waiting."""


def stripe_settings(settings: Settings) -> StripeSettings | None:
    """What the environment says about Stripe; None where it says nothing."""
    if settings.stripe_key is None:
        return None
    return StripeSettings(
        secret_key=settings.stripe_key,
        webhook_secrets=settings.stripe_webhook_secrets,
        api_base=settings.stripe_api,
    )


def open_stripe(settings: Settings) -> None:
    """Keep the keys for this process; nothing is imported or connected before the first call."""
    global _api  # noqa: PLW0603 - one for the process, as the pool
    found = stripe_settings(settings)
    _api = None if found is None else StripeApi(found)


async def close_stripe() -> None:
    """Close connections that were opened."""
    global _api
    if _api is not None:
        api, _api = _api, None
        await api.close()


def configured_stripe() -> StripeSettings | None:
    """The account's settings; None without keys."""
    return None if _api is None else _api.settings


def stripe_in_use() -> StripeApi:
    """The way to Stripe, for callers outside of any transaction.

    Raises:
        StripeNotSetError: no keys.

    """
    if _api is None:
        raise StripeNotSetError
    database.refuse_inside_transaction()
    return _api
