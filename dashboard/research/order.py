"""What a person asks of a backtest, as the words of `run_backtest.py`; that one judges them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

STORE = "candles"  # the store of candles in the data folder
SUFFIXES = (".parquet", ".feather", ".csv")
TIMEFRAMES = ("1m", "5m", "15m", "1h", "4h", "1d")
ENGINES = ("fast", "live")
_CANDLES = re.compile(r"[^_]+(_[^_]+)*__[^_]+-[^_]+__\d+[mhd](__.*)?")


@dataclass(frozen=True, slots=True)
class Order:
    """The fields of the form, as typed; empty: the command's own default.

    `data`: files or a folder, none for generated candles. `lines`: `KEY=VALUE`, one a line.
    """

    data: tuple[str, ...] = ()
    venue: str = ""
    symbols: str = ""
    timeframe: str = ""
    start: str = ""
    end: str = ""
    preset: str = ""
    strategy: str = ""
    engine: str = ""
    capital: str = ""
    lines: str = ""

    @property
    def words(self) -> list[str]:
        """Each flag with its value in one word, so that no value can pass for a flag."""
        named = ("venue", "symbols", "timeframe", "start", "end", "preset", "strategy", "engine",
                 "capital")  # fmt: skip
        texts = {name: _clean(getattr(self, name)) for name in named}
        found = [f"--data={_clean(path)}" for path in self.data if _clean(path)]
        found += [f"--{name}={text}" for name, text in texts.items() if text]
        lines = map(_clean, self.lines.splitlines())
        return [*found, *(f"--set={line}" for line in lines if line and line[0] != "#")]

    @property
    def label(self) -> str:
        """A short name for its folder, whatever was typed."""
        parts = (self.preset or self.strategy or "backtest", self.timeframe)
        whole = "_".join(filter(None, parts))
        return re.sub(r"[^A-Za-z0-9-]+", "_", whole).strip("_")[:40] or "backtest"


def candle_files(data_dir: Path) -> list[Path]:
    """The candle files that lie in the store or in the data folder itself, by name."""
    found = []
    for folder in (data_dir / STORE, data_dir):
        try:
            found += [path for path in sorted(folder.iterdir()) if _is_candles(path)]
        except OSError:
            continue
    return found


def _is_candles(path: Path) -> bool:
    named = path.suffix in SUFFIXES and _CANDLES.fullmatch(path.stem)
    return bool(named) and path.is_file()


def _clean(text: str) -> str:
    """Without what no word of a command may hold."""
    return text.replace("\0", "").strip()
