"""Environments of others: one virtual environment a package, cached outside the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALLS_WITHIN = 900.0  # seconds
COMPLETE = ".complete"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """What to install. `wanted` is tried in order until one succeeds."""

    name: str
    version: str
    wanted: tuple[tuple[str, ...], ...]

    @property
    def folder(self) -> str:
        """`vectorbt-1.2.0-py3.11`."""
        return f"{self.name}-{self.version}-py{sys.version_info[0]}.{sys.version_info[1]}"


class NotInstalled(Exception):
    """Why there is no such environment, in one line."""


VECTORBT = Package("vectorbt", "1.2.0", (("vectorbt[rust]==1.2.0",), ("vectorbt==1.2.0",)))
BACKTESTING = Package("backtesting", "0.6.6", (("backtesting==0.6.6",),))
BACKTRADER = Package("backtrader", "1.9.78.123", (("backtrader==1.9.78.123", "numpy"),))


def cache() -> Path:
    """`PEERS_CACHE`, else a folder in the user's cache."""
    told = os.environ.get("PEERS_CACHE")
    if told:
        return Path(told).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "trader-bench-peers"


def interpreter(package: Package, folder: Path, say: Say) -> Path:
    """The Python that has the package; installs it the first time. Raises `NotInstalled`."""
    home = folder / package.folder
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / COMPLETE).exists() and python.exists():
        return python
    say(f"installing {package.name} {package.version} into {home}, once")
    shutil.rmtree(home, ignore_errors=True)  # what an interrupted installation left
    home.parent.mkdir(parents=True, exist_ok=True)
    _done([sys.executable, "-m", "venv", str(home)])
    _installed(package, python)
    (home / COMPLETE).touch()
    return python


def _installed(package: Package, python: Path) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for number, wanted in enumerate(package.wanted, start=1):
        try:
            _done([*pip, *wanted])
        except NotInstalled:
            if number == len(package.wanted):
                raise
        else:
            return


def _done(words: Sequence[str]) -> None:
    try:
        ended = subprocess.run(
            words, capture_output=True, text=True, timeout=INSTALLS_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    if ended.returncode:
        raise NotInstalled(last_line(ended.stderr) or f"exit code {ended.returncode}")


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
