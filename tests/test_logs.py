"""What is logged of a failure tells what happened and where, and no value that somebody typed or holds."""

import asyncpg
import httpx
import pytest
import structlog

from marketplace import database
from marketplace.logs import forget_values

SECRET = "vN0v4m3kXn9mJx0cXy1Q2w"


@pytest.mark.usefixtures("pool")
async def test_refused_row_is_logged_without_its_values() -> None:
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        async with database.connection() as connection:
            await connection.execute(
                "INSERT INTO organisation (kind, name, status, status_on)"
                " VALUES ('nothing', 'Nama Rahasia', 'x', now())"
            )
    assert "Nama Rahasia" in str(caught.value)
    outer = RuntimeError("the use case failed")
    outer.__cause__ = caught.value
    event = structlog.processors.format_exc_info(None, "error", forget_values(None, "error", {"exc_info": outer}))
    assert "organisation_kind_check" in event["exception"]
    assert "Nama Rahasia" not in event["exception"]


async def test_failure_is_logged_by_its_route_not_its_address(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr("marketplace.orders.store.find_order_by_tracking", fail)
    with structlog.testing.capture_logs() as events:
        answer = await client.get(f"/pesanan/{SECRET}")
    assert answer.status_code == 500
    (event,) = [event for event in events if event["event"] == "request_failed"]
    assert event["route"] == "/pesanan/{tracking_token}"
    assert SECRET not in str({name: value for name, value in event.items() if name != "exc_info"})
