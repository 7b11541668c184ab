"""`lumbung users`: the accounts area brings the commands."""

import click


@click.group()
def users() -> None:
    """List, create and unlock people; give and end roles."""
