"""What a serving process takes in: each of these costs every start and every worker."""

import os
import subprocess
import sys
from typing import Final

# Needed by migrations, uploads, payments by card and another search engine; not by looking at goods.
LEFT_OUT: Final = ("PIL", "aiohttp", "meilisearch", "piccolo", "pydantic", "stripe", "typst")
_PROGRAM: Final = """
import sys
from marketplace.app import create_app
create_app()
print(*sorted(set(sys.argv[1:]) & set(sys.modules)))
"""


def test_serving_takes_in_no_library_that_few_requests_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *LEFT_OUT], env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
