"""Areas are entered by the front door: what an area's `__init__` exports. Layers are import-linter's (pyproject)."""

import ast

from tests.tidy.sources import AREAS, Source, sources

FORBIDDEN_NAMES = ("service", "manager", "helper", "helpers", "util", "utils", "common", "base", "misc")


# Entered by the side door, until their areas export them. This list only ever gets shorter.
SIDE_DOORS = {"marketplace.organisations.identity_numbers"}


def test_areas_import_only_what_other_areas_export() -> None:
    found = [
        f"{source.path}:{line} {module}"
        for source in sources("marketplace")
        for area in [source.path.split("/")[1]]
        if area in AREAS
        for line, module in _imported(source)
        if (parts := module.split("."))[0] == "marketplace"
        and len(parts) > 2
        and parts[1] in AREAS
        and parts[1] != area
        and module not in SIDE_DOORS
    ]
    assert found == []


def test_names_of_modules_say_what_is_in_them() -> None:
    found = [source.path for source in sources() for part in source.path[:-3].split("/")[1:] if part in FORBIDDEN_NAMES]
    assert found == []


def test_modules_open_with_what_they_do() -> None:
    assert [source.path for source in sources() if source.text.strip() and not ast.get_docstring(source.tree)] == []


def _imported(source: Source) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            # `from marketplace.stores import queries` enters a module too; `import find_store` does not.
            found.append((node.lineno, node.module))
    return found
