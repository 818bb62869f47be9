"""What the command line says besides settings, and what of the outside world can be replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trader.domain.time import Millis
from trader.shell.clock import Clock, WallClock


@dataclass(frozen=True, slots=True)
class Guarding:
    """A life of the guardian: no entries. `settings`: the `.env` that the daemon last ran with,
    None: the file as it is."""

    settings: bytes | None = field(repr=False)
    why: str


@dataclass(frozen=True, slots=True)
class Options:
    """One start of the daemon. `duration` seconds, None: until told. `flags`: settings by name.

    `market`: recorded candles to play instead of the invented market, from `market_start` (ms).
    `record`: the folder that the session is recorded into. `command` starts this daemon again
    (empty: nobody can); `restarted`: why the guardian did.
    """

    env_file: Path = Path(".env")
    env_must_exist: bool = False
    data_dir: Path = Path("data")
    log_dir: Path = Path("logs")
    flags: Mapping[str, str] = field(default_factory=dict)
    market: tuple[Path, ...] = ()
    market_start: Millis | None = None
    record: Path | None = None
    duration: float | None = None
    quiet: bool = False
    clock: Clock = field(default_factory=WallClock)
    command: tuple[str, ...] = ()
    restarted: str = ""
    guarding: Guarding | None = None
