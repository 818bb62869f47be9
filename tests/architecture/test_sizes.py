"""The worst function is what a reader remembers: how long things may be."""

import ast
from pathlib import Path
from statistics import median

from tests.architecture.tree import ROOT, parsed, product, proofs, shown

FUNCTION, CLASS, FILE, SCRIPT, MEDIAN = 40, 200, 300, 60, 10
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _too_long(path: Path) -> list[str]:
    """What is too long in a file, with its length."""
    found = []
    for node in ast.walk(parsed(path)):
        most = FUNCTION if isinstance(node, Function) else CLASS
        if isinstance(node, Function | ast.ClassDef) and _length(node) > most:
            found.append(f"{node.name}: {_length(node)} lines, at most {most}")
    return found


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_function_is_over_40_lines_and_no_class_over_200() -> None:
    found = {shown(path): _too_long(path) for path in (*product(), *proofs())}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_file_is_over_300_lines() -> None:
    lengths = {shown(path): _lines(path) for path in product()}
    assert {path: length for path, length in lengths.items() if length > FILE} == {}


def test_half_of_all_functions_have_under_10_lines() -> None:
    nodes = [node for path in product() for node in ast.walk(parsed(path))]
    assert median(_length(node) for node in nodes if isinstance(node, Function)) < MEDIAN


def test_what_is_started_holds_no_logic() -> None:
    lengths = {shown(path): _lines(path) for path in ROOT.glob("run_*.py")}
    assert {path: length for path, length in lengths.items() if length >= SCRIPT} == {}


def test_a_sentence_heads_every_module() -> None:
    heads = {path: ast.get_docstring(parsed(path)) or "" for path in (*product(), *proofs())}
    assert [
        shown(path)
        for path, head in heads.items()
        if not head.partition("\n\n")[0].endswith((".", ":", "?"))
    ] == []
