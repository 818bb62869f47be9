"""The bars of the comparison, written once into the cache: Parquet for ours, npy for others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.bars import RECORDED, SEED, YEAR, invented, recorded

if TYPE_CHECKING:
    from trader.domain.candles import Candles, Floats

KINDS = ("synthetic", "recorded")
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Bars:
    """The same candles in two files. `npy`: time (ms), open, high, low, close, volume by rows."""

    kind: str
    parquet: Path
    npy: Path

    @property
    def described(self) -> str:
        """Where they are from."""
        walk = f"a random walk (seed {SEED}), every open the close before"
        return walk if self.kind == "synthetic" else "recorded BTC/USDT"

    def prices(self) -> Floats:
        """Open, high, low, close: float64 of shape (4, n)."""
        columns: Floats = np.load(self.npy)[1:5]
        return columns


def missing(kind: str) -> str:
    """Why there are no such bars here; empty when there are."""
    if kind == "recorded" and not RECORDED.exists():
        return "the recorded market (../shared/market) is not here"
    return ""


def bars(kind: str, cache: Path, rows: int = YEAR) -> Bars:
    """The bars of a kind; made at the first call, found again later."""
    name = f"{kind}-{rows}" + (f"-seed{SEED}" if kind == "synthetic" else "")
    folder = cache / "bars" / name
    made = Bars(kind, folder / "binance__BTC-USDT__1m.parquet", folder / "bars.npy")
    if not (made.parquet.exists() and made.npy.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        candles = invented(rows) if kind == "synthetic" else recorded(rows)
        _write(candles, made)
    return made


def _write(candles: Candles, made: Bars) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: getattr(candles, name) for name in COLUMNS}
    draft = made.npy.with_suffix(".tmp.npy")
    np.save(draft, np.vstack([candles.time, *columns.values()]))
    draft.replace(made.npy)
    draft = made.parquet.with_suffix(".tmp")
    parquet.write_table(pa.table({"timestamp": candles.time, **columns}), draft)
    draft.replace(made.parquet)
