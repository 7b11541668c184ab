"""The project's own Python files, parsed once."""

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("marketplace", "payments", "search")

AREAS = (
    "regions",
    "accounts",
    "organisations",
    "membership",
    "catalog",
    "stores",
    "inventory",
    "partnerships",
    "sourcing",
    "taxes",
    "documents",
    "cart",
    "orders",
    "fulfilment",
    "settlement",
    "reconciliation",
    "bookkeeping",
    "oversight",
    "discovery",
)


class Source(NamedTuple):
    """One file: its path below the project's folder, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


@cache
def tracked_files() -> tuple[str, ...]:
    """Paths of all files that belong to the project, also before they are committed."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git of the system
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\0")
    except (FileNotFoundError, subprocess.CalledProcessError):  # an unpacked archive
        listed = [
            str(path.relative_to(ROOT))
            for path in ROOT.rglob("*")
            if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
        ]
    return tuple(sorted(name for name in listed if name and (ROOT / name).is_file()))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Python files of the given folders, of the three packages if none is named."""
    wanted = tuple(f"{folder}/" for folder in folders or PACKAGES)
    return tuple(
        Source(name, text, ast.parse(text, filename=name))
        for name in tracked_files()
        if name.startswith(wanted) and name.endswith(".py")
        for text in [(ROOT / name).read_text(encoding="utf-8")]
    )
