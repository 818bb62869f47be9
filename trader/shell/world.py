"""Which world the books in `data/` belong to: mode and market. Another world gets other books.

A demo's positions must never be taken for live ones. When a start asks for another world, the
present books are parked under `data/worlds/<name>/`, and that world's own come back if it was
here before. Nothing is deleted.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from trader.bridge.files import write_whole

FILE = "world.json"
PARKED = "worlds"
_BOOKS = ("trader.db*", "simulated_*.db*", "*_portfolio.json", FILE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class World:
    """Mode, and for simulated modes the market. `at`: how far the market came, `began`: its first
    start, both ms."""

    mode: str
    market: str = ""
    at: int = 0
    began: int = 0

    def moved_to(self, at: int) -> World:
        """The same world at a later moment."""
        return replace(self, at=at)

    @property
    def name(self) -> str:
        """Fit for a folder."""
        return _UNSAFE.sub("_", f"{self.mode}-{self.market}".strip("-"))[-80:]


def real(mode: str, now: int) -> World:
    """A world of real markets that is entered now, ms."""
    return World(mode, at=now, began=now)


def present(data_dir: Path) -> World | None:
    """The world whose books lie in the data directory; None when there is none yet."""
    try:
        found = json.loads((data_dir / FILE).read_text("utf-8"))
        began = int(found.get("began", found["at"]))
        return World(str(found["mode"]), str(found["market"]), int(found["at"]), began)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def enter(data_dir: Path, wanted: World) -> tuple[World, str]:
    """Make `wanted` the present world; answers it with its remembered moment, and a notice."""
    here = present(data_dir)
    if here is not None and here.name == wanted.name:
        return here, ""
    notice = ""
    if here is not None:
        _move(data_dir, data_dir / PARKED / here.name)
        notice = f"the books of {here.name} are parked in {PARKED}/{here.name}"
    parked = data_dir / PARKED / wanted.name
    if parked.is_dir():
        _move(parked, data_dir)
        notice += f"; those of {wanted.name} are back"
    back = present(data_dir)
    if back is not None:
        return back, notice
    remember(data_dir, wanted)
    return wanted, notice


def remember(data_dir: Path, world: World) -> None:
    """Write down how far the market came."""
    write_whole(data_dir / FILE, json.dumps(asdict(world)))


def _move(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for pattern in _BOOKS:
        for path in source.glob(pattern):
            path.replace(target / path.name)
