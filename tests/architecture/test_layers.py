"""Imports point downwards, and the core reaches for nothing but arithmetic and values."""

import ast
import builtins
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application.use_cases import lint_imports

from tests.architecture.tree import ROOT, imported, parsed, product, shown

_VALUES = {
    "__future__", "bisect", "collections", "dataclasses", "decimal", "enum", "functools", "heapq",
    "itertools", "math", "operator", "types", "typing",
}  # fmt: skip
MAY_IMPORT = {  # besides `trader`
    "domain": _VALUES | {"numpy"},
    "rules": {"math"},
    "risk": _VALUES,
    "execution": _VALUES,
    "engine": _VALUES | {"contextlib"},
    "indicators": _VALUES | {"numpy", "sys", "talib"},  # sys: see talib_alone.py
    "strategies": _VALUES
    | {"abc", "difflib", "importlib", "inspect", "numpy", "pathlib", "pkgutil"},
}
REACHES_OUT = {"open", "print", "input", "eval", "exec", "__import__"} & set(dir(builtins))


def test_every_contract_of_import_linter_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    configuration.configure()
    kept = lint_imports(cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_core_imports_values_and_arithmetic_only(package: str) -> None:
    allowed = MAY_IMPORT[package] | {"trader"}
    for path in (ROOT / "trader" / package).rglob("*.py"):
        assert imported(path) <= allowed, shown(path)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_the_core_calls_nothing_that_reaches_out(package: str) -> None:
    for path in (ROOT / "trader" / package).rglob("*.py"):
        called = {
            node.func.id
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & REACHES_OUT, shown(path)


HEAVY = {"dask", "keras", "numba", "plotly", "scipy", "sklearn", "tensorflow", "xgboost"}


def test_heavy_libraries_are_imported_where_they_are_used() -> None:
    at_top = {shown(path): HEAVY & set(_at_top(path)) for path in product()}
    assert {path: words for path, words in at_top.items() if words} == {}


def _at_top(path: Path) -> list[str]:
    """First words of what a module imports when it is imported itself."""
    words: list[str] = []
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            words += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            words.append((node.module or "").partition(".")[0])
    return words
