"""Finds every Indonesian sentence that the code shows to people, so that none stays without its English.

``python -m marketplace.web.sentences`` prints the missing ones as entries for ``translations/en.AREA.po``.

Collected are: ``t("...")`` in templates and Python, ``translate("...")``, what errors say (first argument, ``fields``,
``default_message``), ``notice=`` of redirects, and the values of module constants that end with ``_LABELS``,
``_SENTENCES``, ``ROLE_NAMES`` or ``STATE_NAMES``. What an error says to people begins with a capital; messages to
programmers do not. A name in one of these places is looked up among its module's assignments of strings, of one or the
other, and of mappings to them.
Sentences put together at run time are not found: do not write such.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

from marketplace.web.render import TEMPLATES_DIRECTORY
from marketplace.web.translate import english_sentences

PACKAGE: Final = Path(__file__).parents[1]
_IN_TEMPLATE: Final = re.compile(r"""(?<![\w.])t\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
_CONSTANTS: Final = ("_LABELS", "_SENTENCES", "ROLE_NAMES", "STATE_NAMES")
# Calls of our own that take sentences, and which of their arguments are.
_CALLS: Final = {"t": slice(1), "translate": slice(1), "Notice": slice(1), "Entry": slice(1), "ErrorPage": slice(1, 4)}


def template_sentences(directory: Path = TEMPLATES_DIRECTORY) -> dict[str, str]:
    """Map each sentence of the templates to the file that says it."""
    found = {}
    for path in sorted(directory.rglob("*.html")):
        for match in _IN_TEMPLATE.finditer(_COMMENT.sub("", path.read_text())):
            found[ast.literal_eval(match[1])] = path.relative_to(directory).as_posix()
    return found


def python_sentences(directory: Path = PACKAGE) -> dict[str, str]:
    """Map each sentence of the Python code to the file that says it."""
    found = {}
    for path in sorted(directory.rglob("*.py")):
        for sentence in _Module(ast.parse(path.read_text())).sentences():
            found[sentence] = path.relative_to(directory).as_posix()
    return found


class _Module:
    """One parsed module and the strings its names stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names: dict[str, set[str]] = defaultdict(set)
        for node in ast.walk(tree):
            target, value = _assignment(node)
            if isinstance(value, ast.Constant | ast.IfExp | ast.Dict):
                self.names[target] |= self._strings(value)

    def sentences(self) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(self.tree):
            target, value = _assignment(node)
            if value is not None and (target == "default_message" or target.endswith(_CONSTANTS)):
                found |= self._strings(value)
            if isinstance(node, ast.Call):
                found |= self._said_by(node)
        return found

    def _said_by(self, call: ast.Call) -> set[str]:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        found: set[str] = set()
        if name in _CALLS:
            for argument in call.args[_CALLS[name]]:
                found |= self._strings(argument)
        is_error = name.endswith("Error") and not hasattr(builtins, name)
        if is_error and call.args:
            found |= {text for text in self._strings(call.args[0]) if not text[0].islower()}
        for keyword in call.keywords:
            if keyword.arg == "notice" or (is_error and keyword.arg in {"fields", "message"}):
                found |= {text for text in self._strings(keyword.value) if not text[0].islower()}
        return found

    def _strings(self, node: ast.expr) -> set[str]:
        """Strings of an expression: constants, names, values of mappings, first members of tuples, both branches."""
        match node:
            case ast.Constant(value=str(text)):
                return {text} if text else set()
            case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
                return self.names.get(name, set())
            case ast.Dict(values=values):
                return set().union(*(self._strings(value) for value in values))
            case ast.IfExp(body=body, orelse=orelse):
                return self._strings(body) | self._strings(orelse)
            case ast.Tuple(elts=[first, *_]) | ast.Call(args=[ast.Dict() as first, *_]):
                return self._strings(first)
            case _:
                return set()


def _assignment(node: ast.AST) -> tuple[str, ast.expr | None]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            return name, value
        case _:
            return "", None


def missing_sentences() -> dict[str, str]:
    """Map each sentence without English to the file that says it."""
    english = english_sentences()
    return {
        sentence: place
        for sentence, place in (python_sentences() | template_sentences()).items()
        if sentence not in english
    }


def main() -> None:
    """Print what is missing in the form of a catalogue."""
    for sentence, place in sorted(missing_sentences().items(), key=lambda entry: (entry[1], entry[0])):
        quoted = sentence.replace("\\", "\\\\").replace('"', '\\"')
        sys.stdout.write(f'#: {place}\nmsgid "{quoted}"\nmsgstr ""\n\n')


if __name__ == "__main__":
    main()
