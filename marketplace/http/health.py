"""Whether this process lives (`/health`) and may be sent visitors (`/health/ready`); for load balancers and compose.

Neither says more than it must: the reasons stand in the log and in `lumbung doctor`.
"""

import asyncio

import asyncpg
import msgspec
import structlog
from litestar import Response, get

from marketplace import database
from marketplace.http.policy import public
from marketplace.migrate import missing_migrations

log = structlog.get_logger()

_PATIENCE_SECONDS = 3


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; `status` is `ok` or what is wanting."""

    status: str


@get("/health", opt=public(), include_in_schema=False, sync_to_thread=False)
def show_liveness() -> Health:
    """Answer as long as the process takes requests."""
    return Health(status="ok")


@get("/health/ready", opt=public(), include_in_schema=False)
async def show_readiness() -> Response[Health]:
    """Answer 200 when the database answers and its schema is the one this code was written for, else 503."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), database.connection() as connection:
            missing = await missing_migrations(connection)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("not_ready", reason=type(error).__name__)
        return Response(Health(status="database does not answer"), status_code=503)
    if missing:
        log.warning("not_ready", missing=missing)
        return Response(Health(status="migrations are pending"), status_code=503)
    return Response(Health(status="ok"))


HEALTH_ROUTES = [show_liveness, show_readiness]
