"""`lumbung openapi`: the API's description as a file, so that a change of it is seen in review."""

import json
from pathlib import Path

import click


@click.command()
@click.option("--output", default="docs/openapi.json", show_default=True, type=click.Path(path_type=Path))
def openapi(output: Path) -> None:
    """Write the API's description; a test fails while the file in the repository differs."""
    output.write_text(openapi_text())
    click.echo(f"Written to {output}.")


def openapi_text() -> str:
    """Return the description as stable, readable JSON."""
    from marketplace.app import create_app  # noqa: PLC0415 - not for help texts
    from marketplace.http.api_description import describe  # noqa: PLC0415
    from marketplace.settings import load_settings  # noqa: PLC0415

    return json.dumps(describe(create_app(load_settings())), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
