"""The tree as these tests read it: which files are ours, and what stands in them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("trader", "config", "dashboard", "benchmarks")


@cache
def product() -> tuple[Path, ...]:
    """Every Python file that is not a test."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return tuple(sorted([*files, *ROOT.glob("run_*.py")]))


@cache
def proofs() -> tuple[Path, ...]:
    """Every Python file of the tests."""
    return tuple(sorted((ROOT / "tests").rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def shown(path: Path) -> str:
    """A path from the root, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def committed() -> tuple[Path, ...]:
    """What git keeps, or would keep; every file beside the caches where there is no git."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        named = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return (*product(), *proofs(), *ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md"))
    return tuple(ROOT / name for name in named.decode().split("\0") if name)


def imported(path: Path) -> set[str]:
    """First words of everything that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
