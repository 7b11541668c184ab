"""A stand-in for Stripe that keeps what Stripe keeps, and misbehaves on demand. Reached over loopback HTTP only."""

from tests.fakes.stripe.server import RunningStripe, serve
from tests.fakes.stripe.state import FakeStripe, Fault

__all__ = ["FakeStripe", "Fault", "RunningStripe", "serve"]
