"""Whose region: an agency sees its own and nothing beside it."""

from marketplace.actor import Actor
from marketplace.errors import ForbiddenError, NotFoundError


def region_of(actor: Actor) -> str:
    """Return the code of the agency's region.

    Raises:
        ForbiddenError: the agency has no region, so it sees nothing.

    """
    region_code = actor.require_hat().region_code
    if not region_code:
        message = "Wilayah dinas ini belum diisi. Hubungi pengelola platform."
        raise ForbiddenError(message)
    return region_code


def region_within(actor: Actor, asked: str | None) -> str:
    """Return the region that was asked for, the agency's own where none was.

    Raises:
        NotFoundError: it lies elsewhere.

    """
    own = region_of(actor)
    if not asked or asked == own:
        return own
    if not asked.startswith(f"{own}."):
        raise NotFoundError
    return asked
