"""The API's description in the repository is the API's, so that a change of it is seen in review."""

from marketplace.commands.openapi import openapi_text
from tests.tidy.sources import ROOT


def test_snapshot_is_the_api() -> None:
    assert openapi_text() == (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"), "run: make openapi"
