"""Calls whose answer never came: made again while Stripe knows their key, afterwards only looked for.

Money leaves twice only where a call is made again that was done; so that never happens without Stripe's own word.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from payments.calls.calls import KEY_LIFETIME
from payments.stripe.errors import StripeRefused, StripeUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from payments.calls.calls import Call

_Answer = TypeVar("_Answer")

# The last try may still be under way at Stripe, though nobody waits for its answer any more.
SETTLING: Final = timedelta(minutes=10)
NOT_DONE: Final = "not done within a day"


async def done_once(
    call: Call,
    *,
    now: datetime,
    make: Callable[[], Awaitable[_Answer]],
    find: Callable[[], Awaitable[_Answer | None]],
) -> _Answer:
    """Make a claimed call, or after a day find what it did.

    Raises StripeRefused where it was not done within a day, StripeUnavailable where nobody knows yet.
    """
    age = now - call.made_at
    if age < KEY_LIFETIME:
        return await make()
    if age < KEY_LIFETIME + SETTLING:
        raise StripeUnavailable(reason="no answer within a day, looked for soon")
    found = await find()
    if found is None:
        raise StripeRefused(reason=NOT_DONE)
    return found
