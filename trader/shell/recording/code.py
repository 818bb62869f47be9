"""Which code decided: fingerprints of the files that a decision depends on, and of libraries."""

from __future__ import annotations

import platform
from hashlib import blake2s
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import trader

DECIDING = ("domain", "rules", "indicators", "strategies", "risk", "execution", "engine")
LIBRARIES = ("numpy", "ta-lib")


def fingerprints(root: Path | None = None) -> dict[str, str]:
    """File (`rules/exits.py`) or library to what tells its versions apart.

    `root` is the package's folder, ours when not given.
    """
    root = root or Path(trader.__file__).parent
    files = [path for folder in DECIDING for path in sorted((root / folder).rglob("*.py"))]
    found = {path.relative_to(root).as_posix(): _hash(path) for path in files}
    return found | {name: _version(name) for name in LIBRARIES} | {"python": _python()}


def changed(then: dict[str, str], now: dict[str, str]) -> tuple[str, ...]:
    """Names that differ, were added or are gone, sorted."""
    return tuple(sorted(n for n in then.keys() | now.keys() if then.get(n) != now.get(n)))


def _hash(path: Path) -> str:
    text = path.read_text("utf-8")  # by lines, so that a checkout's line ends do not matter
    return blake2s(text.encode(), digest_size=6).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])
