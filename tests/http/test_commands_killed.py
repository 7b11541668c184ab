"""Every command of the API, its connection to the database cut: sent again with its key it ends as if nothing had been.

Cut after each COMMIT and after one more statement of every command; with LUMBUNG_KILL_EVERYWHERE after all of them.
"""

import os

import httpx
import pytest
from litestar import Litestar

from tests.http.killing_story import KillingStory, at_commits_and_once_between, everywhere
from tests.http.test_commands_once import tell_everything
from tests.http.wire import Wire
from tests.http.wired import app, wire

__all__ = ["app", "wire"]


@pytest.mark.timeout(0)
async def test_every_command_that_is_cut_off_ends_like_the_undisturbed_one_when_sent_again(
    app: Litestar,
    client: httpx.AsyncClient,
    wire: Wire,
    database_url: str,
    postgres_url: str,
) -> None:
    choose = everywhere if os.environ.get("LUMBUNG_KILL_EVERYWHERE") else at_commits_and_once_between
    name = database_url.partition("?")[0].rsplit("/", 1)[1]
    story = KillingStory(client, wire, postgres_url, name, choose)
    try:
        await tell_everything(story, app)
    finally:
        await story.forget()
    assert story.cuts > 2 * len(story.told)
