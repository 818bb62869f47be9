"""Finds where a strategy's source asks the clock: what it answers then is another tomorrow."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_CLOCKS = {
    "time": {"time", "time_ns", "monotonic", "perf_counter", "localtime", "gmtime"},
    "datetime": {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"},
}
_ASKS = {f"{module}.{name}" for module, names in _CLOCKS.items() for name in names}


def clock_calls(source: str) -> list[tuple[int, str]]:
    """Lines that ask the clock, with what they call (`datetime.datetime.now`)."""
    tree = ast.parse(source)
    names = dict(_imported(tree))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = [(call.lineno, _full_name(call.func, names)) for call in calls]
    return sorted((line, name) for line, name in found if name in _ASKS)


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Local names of modules and of what comes from them, with their full names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _full_name(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return ""
