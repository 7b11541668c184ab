"""The command line `lumbung`. Each command stands in marketplace/commands and is imported when it is called."""

from importlib import import_module
from typing import Any, ClassVar

import click


class LazyGroup(click.Group):
    """Imports a command's module only when that command is used, so that help and completion stay quick."""

    # Command → module of marketplace.commands; the first line of help stands here for the same reason.
    MODULES: ClassVar[dict[str, tuple[str, str]]] = {
        "demo": ("demo", "Start everything on this machine with made-up data, and show where to sign in."),
        "serve": ("serve", "Serve the pages and the API."),
        "worker": ("work", "Do what nobody asks for: search, expiry, clean-up."),
        "migrate": ("migrate", "Bring the database to this version's schema."),
        "seed": ("seed", "Load the regions, the demo's data, or the search index."),
        "doctor": ("doctor", "Look for what is wrong and say what to do."),
        "users": ("users", "List, create and disable people; give roles; make links to set a password."),
        "stripe": ("stripe", "Connect sellers' Stripe accounts; say which stores share card payments."),
        "ledger": ("checks", "Prove that the books balance."),
        "stock": ("checks", "Prove that stock equals the sum of its movements."),
        "openapi": ("openapi", "Write docs/openapi.json."),
    }

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names in the order a newcomer needs them."""
        return list(self.MODULES)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self.MODULES:
            return None
        module = import_module(f"marketplace.commands.{self.MODULES[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.MODULES.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lumbung", message="Lumbung %(version)s")
def lumbung() -> None:
    """Lumbung, the marketplace of village cooperatives.

    New here? `lumbung demo` starts a whole marketplace on this machine.

    \b
    The environment decides where the parts are; nothing set means embedded:
      DATABASE_URL   PostgreSQL 15 or later
      MEILI_URL      Meilisearch, with MEILI_KEY
      LUMBUNG_DATA   folder of the embedded parts        [.lumbung]
      LUMBUNG_ENV    development or production           [development]
    The README lists all settings; `lumbung doctor` checks them.
    """  # noqa: D301 - \b is click's sign for "do not rewrap"


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line."""
    return lumbung.main(args=arguments, prog_name="lumbung")


if __name__ == "__main__":
    main()
