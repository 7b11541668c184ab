"""Values reach SQL as $1, never as text; and SQL stands in each area's store, not in its use cases."""

import ast
import re

from tests.tidy.sources import AREAS, Source, sources

# Names of databases cannot be given as $1.
_NAMES_ITS_DATABASE = frozenset({"marketplace/embedded.py"})
_SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|DROP|ALTER|TRUNCATE|LOCK|COPY)\b")
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_TEXT_METHODS = frozenset({"join", "format", "strip", "lstrip", "rstrip"})
_RUNS_SQL = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval", "fetchmany", "cursor", "prepare"})

# Modules besides the areas' stores that may hold SQL: each is the one place of its thing.
SQL_PLACES = re.compile(
    r"^(payments/(\w+/)?store\.py|marketplace/(\w+/)?(store|queries|\w+_store|store_\w+|\w+_queries)\.py"
    r"|marketplace/(audit|outbox|migrate|doctor)\.py|marketplace/http/\w+\.py"
    r"|marketplace/(seeding|migrations)/.*|payments/migrations/.*"
    r"|marketplace/catalog/load_reference\.py)$"
)


def test_no_value_is_written_into_sql() -> None:
    found = [
        f"{source.path}:{text.lineno} {{{ast.unparse(part.value)}}}"
        for source in sources()
        if source.path not in _NAMES_ITS_DATABASE
        for function, text in _sql_texts(source)
        for part in text.values
        if isinstance(part, ast.FormattedValue) and not _is_constant(part.value, function)
    ]
    assert found == []


def test_sql_stands_in_the_stores() -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources("marketplace", "payments")
        if not SQL_PLACES.match(source.path) and source.path.split("/")[1] in (*AREAS, "ledger", "attempts")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _RUNS_SQL
        and "connection" in ast.unparse(node.func.value)
    ]
    assert found == []


def _sql_texts(source: Source) -> list[tuple[ast.AST, ast.JoinedStr]]:
    """Each f-string that is SQL, with the function it stands in (or the module)."""
    found: list[tuple[ast.AST, ast.JoinedStr]] = []

    def visit(node: ast.AST, inside: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.JoinedStr) and _is_sql(child):
                found.append((inside, child))
            visit(child, child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else inside)

    visit(source.tree, source.tree)
    return found


def _is_sql(text: ast.JoinedStr) -> bool:
    first = text.values[0] if text.values else None
    return isinstance(first, ast.Constant) and bool(_SQL.match(str(first.value)))


def _is_constant(value: ast.expr, function: ast.AST) -> bool:  # noqa: C901 - one case for each kind of expression
    """Whether an expression is made of constants only (a name, a join of constants, a choice between them)."""
    parts: list[ast.expr] = []
    match value:
        case ast.Constant():
            pass
        case ast.Name(id=name):
            return bool(_CONSTANT.fullmatch(name)) or _is_local_constant(name, function)
        case ast.Attribute(attr=name) if _CONSTANT.fullmatch(name):
            pass
        case ast.Subscript(value=inner):
            parts = [inner]
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BinOp(left=left, right=right):
            parts = [left, right]
        case ast.Tuple(elts=entries) | ast.List(elts=entries) | ast.BoolOp(values=entries):
            parts = entries
        case ast.Call(func=ast.Name(id="len")):
            pass  # the number of a parameter: ${len(arguments)}
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=arguments) if name in _TEXT_METHODS:
            parts = [inner, *arguments]
        case ast.GeneratorExp(elt=element, generators=[loop]) | ast.ListComp(elt=element, generators=[loop]):
            # Text made from a constant's entries; the entries' names count as constant inside.
            names = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
            used = {node.id for node in ast.walk(element) if isinstance(node, ast.Name)}
            return used <= names and _is_constant(loop.iter, function)
        case ast.JoinedStr(values=pieces):
            parts = [piece.value for piece in pieces if isinstance(piece, ast.FormattedValue)]
        case _:
            return False
    return all(_is_constant(part, function) for part in parts)


def _is_local_constant(name: str, function: ast.AST) -> bool:
    """Whether everything that a local name is given, by `=`, `for` or `append`, is constant."""
    given = [value for node in ast.walk(function) for target, value in _bindings(node) if target == name]
    return bool(given) and all(_is_constant(value, function) for value in given)


def _bindings(node: ast.AST) -> list[tuple[str, ast.expr]]:
    """Names and what this statement puts into them."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = list(zip(targets, values, strict=True))
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Subscript() as value):
            pairs = [(target, value) for target in targets]
        case ast.Assign(targets=targets, value=value) if not isinstance(value, ast.Tuple):
            pairs = [(target, value) for target in targets]
        case ast.For(target=target, iter=value):
            pairs = [(target, value)]
        case ast.Call(func=ast.Attribute(value=target, attr="append"), args=[value]):
            pairs = [(target, value)]
        case _:
            pairs = []
    return [(target.id, value) for target, value in pairs if isinstance(target, ast.Name)]
