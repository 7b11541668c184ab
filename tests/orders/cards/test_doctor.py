"""What `lumbung doctor` says about Stripe: nothing without keys, and what is wrong with them otherwise."""

import os

import pytest

from marketplace.doctor import Verdict, check_cards, check_database
from marketplace.settings import Settings, load_settings
from tests.fakes.stripe import Fault, RunningStripe
from tests.orders.cards.cards import SECRET, Cards
from tests.orders.cards.test_giving_back import give_back


def settings(stripe: RunningStripe | None, **changes: str) -> Settings:
    given = {**os.environ, **changes}
    if stripe is not None:
        given = {
            **os.environ,
            "LUMBUNG_STRIPE_KEY": stripe.account.secret_key,
            "LUMBUNG_STRIPE_WEBHOOK_SECRETS": SECRET,
            "STRIPE_API_BASE": stripe.address,
            **changes,
        }
    return load_settings(given)


async def test_installation_without_keys_is_well() -> None:
    found = await check_cards(settings(None))
    assert (found.verdict, found.seen) == (Verdict.OK, "not used")


async def test_keys_that_work_are_well(stripe: RunningStripe) -> None:
    found = await check_cards(settings(stripe))
    assert found.verdict == Verdict.OK, found.advice
    assert found.seen.startswith("test key; events to http")
    assert stripe.account.requests == ["GET /v1/balance"]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"LUMBUNG_STRIPE_KEY": "pk_test_12345678"}, "publishable"),
        ({"LUMBUNG_STRIPE_KEY": "sk_test_another123"}, "Stripe refuses the key"),
        ({"LUMBUNG_STRIPE_WEBHOOK_SECRETS": ""}, "LUMBUNG_STRIPE_WEBHOOK_SECRETS is empty"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:9"}, "does not answer"),
    ],
)
async def test_keys_that_do_not_work_are_named_with_what_to_do(
    stripe: RunningStripe, changes: dict[str, str], part: str
) -> None:
    found = await check_cards(settings(stripe, **changes))
    assert found.verdict == Verdict.WRONG
    assert part in found.advice
    assert stripe.account.secret_key not in found.advice


async def test_account_of_another_currency_is_named(stripe: RunningStripe) -> None:
    stripe.account.currency = "sgd"
    found = await check_cards(settings(stripe))
    assert "paid out in sgd" in found.advice


async def test_refund_that_got_stuck_is_named(cards: Cards, database_url: str) -> None:
    order, _, _ = await cards.paid()
    found = {one.subject: one for one in await check_database(settings(None), database_url)}
    assert found["calls"].verdict == Verdict.OK
    cards.account.faults.append(Fault(part="POST /v1/refunds", status=400))
    await give_back(cards, order)
    await cards.all_at_once()
    found = {one.subject: one for one in await check_database(settings(None), database_url)}
    assert (found["calls"].verdict, found["calls"].seen) == (
        Verdict.WRONG,
        "1 calls and 0 events that a person has to look at",
    )
