"""The tables of one run, read from its files: trades, equity, and what they warn of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.performance.ledger import COLUMNS
from dashboard.research.shelf import EQUITY, TRADES, Run
from trader.bridge.files import opened_plain

if TYPE_CHECKING:
    import pandas as pd

POINTS = 500  # most of a curve that is drawn
FEW_TRADES = 30
_MOST = 512 * 1024 * 1024  # bytes of a table
_NUMBERS = ("entry_price", "quantity", "exit_price", "fees", "funding", "pnl", "pnl_percent")


def trades(run: Run) -> pd.DataFrame | None:
    """`trades.csv` by the time of the exit, with `closed` (UTC) and `quote`; None: unreadable."""
    return _trades(*_version(run.folder / TRADES))


def curve(run: Run) -> pd.DataFrame | None:
    """At most `POINTS` of `equity` and `drawdown` (a fraction, negative) by time; None: unreadable.

    Each point is the end of a stretch and its deepest fall, so that no valley is lost.
    """
    return _curve(*_version(run.folder / EQUITY))


def leader(rows: pd.DataFrame) -> tuple[str, float] | None:
    """The symbol that made over half of a profit, and its share; None when there is none."""
    by = rows.groupby("symbol")["pnl"].sum()
    whole = float(by.sum())
    if len(by) < 2 or whole <= 0 or float(by.max()) <= whole / 2:
        return None
    return str(by.idxmax()), float(by.max()) / whole


def _version(file: Path) -> tuple[str, int, int]:
    """What names one version of a file; sizes that no table has mean that there is none."""
    try:
        found = file.lstat()
    except OSError:
        return str(file), 0, 0
    return str(file), found.st_mtime_ns, found.st_size


@st.cache_data(max_entries=8, show_spinner=False)
def _trades(file: str, changed: int, size: int) -> pd.DataFrame | None:
    import pandas as pd

    try:
        rows = _table(file, size, COLUMNS)
        rows[list(_NUMBERS)] = rows[list(_NUMBERS)].astype(float)
        rows["closed"] = pd.to_datetime(rows["exit_time"].astype("int64"), unit="ms", utc=True)
    except (OSError, ValueError, KeyError, OverflowError):
        return None
    texts = rows.select_dtypes(exclude="number").columns.difference(["closed"])
    rows[texts] = rows[texts].astype(str)
    rows["quote"] = rows["symbol"].str.rpartition("/")[2] if len(rows) else ""
    return rows.sort_values("closed", ignore_index=True)


@st.cache_data(max_entries=16, show_spinner=False)
def _curve(file: str, changed: int, size: int) -> pd.DataFrame | None:
    import pandas as pd

    try:
        rows = _table(file, size, ("timestamp", "equity")).astype(float)
        at = pd.to_datetime(rows.pop("timestamp").astype("int64"), unit="ms", utc=True)
    except (OSError, ValueError, KeyError, OverflowError):
        return None
    rows["drawdown"] = rows["equity"] / rows["equity"].cummax() - 1.0
    step = max(1, -(-len(rows) // (POINTS - 1)))
    stretches = rows.assign(at=at).groupby((rows.index - 1) // step)  # the first row for itself
    drawn = stretches.agg({"at": "last", "equity": "last", "drawdown": "min"})
    return drawn.drop_duplicates("at").set_index("at")


def _table(file: str, size: int, columns: tuple[str, ...]) -> pd.DataFrame:
    """Some columns of a plain file. Raises `OSError`, `ValueError`, `KeyError`."""
    import pandas as pd

    if not 0 < size <= _MOST:
        raise OSError("missing or too large")
    with opened_plain(Path(file)) as handle, open(handle, "rb", closefd=False) as rows:
        return pd.read_csv(rows, usecols=list(columns))[list(columns)]
