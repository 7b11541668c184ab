"""A worker starts without what few requests need: each of these costs a twentieth to a tenth of the whole start."""

import json
import subprocess
import sys

NOT_AT_START = (
    "PIL",
    "aiohttp",
    "babel",
    "lokal",
    "meilisearch",
    "piccolo",
    "rich",
    "segno",
    "stripe",
    "typst",
    "xlsxwriter",
)

_LOOK = """
import json, sys
from marketplace.app import create_app
create_app()
print(json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))
"""


def test_application_is_built_without_what_few_requests_need() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", _LOOK, json.dumps(NOT_AT_START)], capture_output=True, text=True, check=True
    )
    assert json.loads(looked.stdout) == []
