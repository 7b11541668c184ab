"""Files and functions stay short enough to be read in one go."""

import ast

from tests.tidy.sources import sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 70

# What is longer, and how long it may be at most. This list only ever gets shorter.
LONG_FILES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {
    "marketplace/seeding/organisation_rows.py:organisation_rows": 110,
    "search/indexed.py:indexed_fields": 90,
}


def test_files_are_short() -> None:
    lengths = {source.path: source.text.count("\n") for source in sources("marketplace", "payments", "search", "tests")}
    too_long = {path: n for path, n in lengths.items() if n > LONG_FILES.get(path, LONGEST_FILE)}
    assert too_long == {}
    assert {path for path in LONG_FILES if lengths.get(path, 0) <= LONGEST_FILE} == set(), "take these off the list"


def test_functions_are_short() -> None:
    lengths = {
        f"{source.path}:{node.name}": _length(node)
        for source in sources("marketplace", "payments", "search", "tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    too_long = {name: n for name, n in lengths.items() if n > LONG_FUNCTIONS.get(name, LONGEST_FUNCTION)}
    assert too_long == {}
    assert {name for name in LONG_FUNCTIONS if lengths.get(name, 0) <= LONGEST_FUNCTION} == set(), "take these off"


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end; the docstring does not count."""
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
