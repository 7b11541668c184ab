"""Nothing in the files that belongs to one machine, and no test that does not run."""

import re

from tests.tidy.sources import ROOT, sources, tracked_files

# Written in two parts, so that this file does not find itself.
_SKIPS = re.compile(r"pytest\.(" + r"skip|importorskip|xfail)\b|mark\.(" + r"skip|skipif|xfail)\b")
_PATHS = r"(?<![\w.])/(" + r"root|work|home/[a-z]+|Users/[A-Za-z]+)/[\w.-]+"
_HOSTS = r"pypi\.(?:org)|python(?:hosted)|registry\.(?:npmjs)"
_MACHINES = re.compile(f"{_PATHS}|{_HOSTS}")
_TEXT_FILES = re.compile(r"\.(py|md|toml|yml|yaml|html|css|js|sql|po|json|txt|cfg|ini|sh)$|Makefile$|Dockerfile$|run$")

# The lock names where each package is from; that is what it is for.
_MAY_NAME_HOSTS = frozenset({"uv.lock"})


def test_no_test_is_skipped() -> None:
    found = [
        f"{source.path}:{number}"
        for source in sources("tests")
        for number, line in enumerate(source.text.splitlines(), 1)
        if _SKIPS.search(line)
    ]
    assert found == []


def test_no_path_or_host_of_a_machine() -> None:
    found = [
        f"{name}:{number} {line.strip()[:80]}"
        for name in tracked_files()
        if name not in _MAY_NAME_HOSTS and _TEXT_FILES.search(name)
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if _MACHINES.search(line)
    ]
    assert found == []


def test_each_lint_exception_has_its_reason() -> None:
    """`# noqa: X - why`, or the line above says it; said once in a file, it holds for the file's other ones."""
    found = []
    for source in sources():
        if source.path.startswith("marketplace/seeding/"):  # numbers of an invented world
            continue
        explained = set(re.findall(r"# noqa: ([A-Z0-9, ]+?) [-–] \S", source.text))
        lines = source.text.splitlines()
        for number, line in enumerate(lines):
            exception = re.search(r"# noqa(?:: ([A-Z0-9, ]+))?", line)
            if exception is None or (number and lines[number - 1].lstrip().startswith("# ")):
                continue
            if (exception.group(1) or "").strip() not in explained:
                found.append(f"{source.path}:{number + 1}")
    assert found == []
