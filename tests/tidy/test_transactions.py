"""A transaction holds row locks and a connection: nothing slow happens inside, and none is opened in another."""

import ast

from tests.tidy.sources import Source, sources

# Roots of calls that leave the machine or wait for something else than the database.
SLOW = frozenset(
    {"aiohttp", "http", "requests", "urllib", "socket", "stripe", "meilisearch", "search", "engine", "subprocess"}
)
SLOW_OF_ASYNCIO = frozenset({"sleep", "to_thread", "gather", "create_subprocess_exec", "open_connection"})


def test_no_network_call_inside_a_transaction() -> None:
    found = [
        f"{source.path}:{call.lineno} {ast.unparse(call.func)}"
        for source in sources()
        for block in _transactions(source)
        for call in _calls(block)
        if _is_slow(call)
    ]
    assert found == []


def test_no_transaction_inside_a_transaction() -> None:
    found = [
        f"{source.path}:{inner.lineno}"
        for source in sources()
        for block in _transactions(source)
        for statement in block.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.AsyncWith) and _opens_transaction(inner)
    ]
    assert found == []


def test_payments_and_search_open_no_transactions() -> None:
    found = [
        f"{source.path}:{call.lineno}"
        for source in sources("payments", "search")
        for call in ast.walk(source.tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "transaction"
    ]
    assert found == []


def _transactions(source: Source) -> list[ast.AsyncWith]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.AsyncWith) and _opens_transaction(node)]


def _opens_transaction(block: ast.AsyncWith) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call) and ast.unparse(item.context_expr.func).endswith("transaction")
        for item in block.items
    )


def _calls(block: ast.AsyncWith) -> list[ast.Call]:
    return [node for statement in block.body for node in ast.walk(statement) if isinstance(node, ast.Call)]


def _is_slow(call: ast.Call) -> bool:
    parts = ast.unparse(call.func).split(".")
    if parts[0] == "asyncio":
        return parts[-1] in SLOW_OF_ASYNCIO
    return len(parts) > 1 and parts[0] in SLOW
