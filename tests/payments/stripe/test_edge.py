"""The edge to Stripe: amounts, keys and settings, and that nothing of it is loaded before it is needed."""

import subprocess
import sys

import pytest

from payments import Money
from payments.stripe import StripeSettings
from payments.stripe.amounts import WrongAmount, fee_from_minor, from_minor, to_minor


def test_rupiah_have_two_decimals_at_stripe() -> None:
    assert to_minor(Money(12_500)) == 1_250_000
    assert from_minor(1_250_000, "idr") == Money(12_500)
    # The largest amount that Stripe's twelve digits hold.
    assert to_minor(Money(9_999_999_999)) == 999_999_999_900


@pytest.mark.parametrize(("minor", "currency"), [(1_250_001, "idr"), (1_250_099, "idr"), (1_250_000, "usd"), (100, "")])
def test_amounts_that_are_no_rupiah_are_refused(minor: int, currency: str) -> None:
    with pytest.raises(WrongAmount):
        from_minor(minor, currency)


def test_part_of_a_rupiah_of_a_fee_counts_as_a_whole_one() -> None:
    assert [fee_from_minor(minor, "idr").rupiah for minor in (0, 1, 99, 100, 101, 285_050)] == [0, 1, 1, 1, 2, 2_851]
    with pytest.raises(WrongAmount):
        fee_from_minor(100, "sgd")


def settings(**changes: object) -> StripeSettings:
    given = {"secret_key": "sk_test_12345678", "webhook_secrets": ("whsec_12345678",), **changes}
    return StripeSettings(**given)  # type: ignore[arg-type]


def test_keys_tell_their_mode() -> None:
    assert [
        settings(secret_key=f"{kind}_12345678").is_live for kind in ("sk_test", "rk_test", "sk_live", "rk_live")
    ] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"secret_key": "pk_test_12345678"}, "publishable"),
        ({"secret_key": "sk_test_"}, "does not look like a secret key"),
        ({"webhook_secrets": ()}, "LUMBUNG_STRIPE_WEBHOOK_SECRETS is empty"),
        ({"webhook_secrets": ("whsec_12345678", "we_123")}, "webhook secret 2"),
        ({"secret_key": "sk_live_12345678", "api_base": "http://127.0.0.1:1"}, "beside a live key"),
        ({"api_base": "http://elsewhere.test"}, "a stand-in runs on this machine"),
    ],
)
def test_settings_that_cannot_be_right_are_named(changes: dict[str, object], part: str) -> None:
    (problem,) = settings(**changes).problems()
    assert part in problem


def test_settings_that_can_be_right_have_no_problem() -> None:
    assert settings().problems() == []
    assert settings(api_base="http://127.0.0.1:12111").problems() == []


def test_stripe_is_not_loaded_at_the_start() -> None:
    code = "import marketplace.app, marketplace.worker, sys; print('stripe' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "False"
