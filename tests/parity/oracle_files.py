"""Reading candle files and arguments for the reference backtester."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.parity.oracle_market import Candles, timeframe_ms

VENUES = {"binance": "binance_spot", "binanceusdm": "binance_futures"}


def load(path: str | Path) -> Candles:
    """Candles of a Parquet file named VENUE__BASE-QUOTE__TIMEFRAME, with the funding file beside
    it.
    """
    import pandas as pd

    path = Path(path)
    venue, pair, timeframe = path.stem.split("__")[:3]
    frame = pd.read_parquet(path)
    turnover = frame["quote_volume"].tolist() if "quote_volume" in frame else None
    candles = Candles(
        VENUES.get(venue, venue),
        pair.replace("-", "/"),
        timeframe_ms(timeframe),
        frame["timestamp"].astype(int).tolist(),
        frame["open"].astype(float).tolist(),
        frame["high"].astype(float).tolist(),
        frame["low"].astype(float).tolist(),
        frame["close"].astype(float).tolist(),
        frame["volume"].astype(float).tolist(),
        turnover,
    )
    beside = path.with_name(f"{venue}__{pair}__funding.parquet")
    if candles.venue == "binance_futures" and beside.exists():
        rates = pd.read_parquet(beside)
        candles.funding = list(
            zip(rates["timestamp"].tolist(), rates["rate"].tolist(), strict=True)
        )
    return candles


def cut(candles: Candles, first: int | None = None, last: int | None = None) -> Candles:
    """The rows with first <= time < last as a file of their own (no history before them)."""
    low, high = first if first is not None else -math.inf, last if last is not None else math.inf
    rows = [j for j, stamp in enumerate(candles.timestamp) if low <= stamp < high]
    part = slice(rows[0], rows[-1] + 1) if rows else slice(0, 0)
    turnover = candles.quote_volume
    return Candles(
        candles.venue,
        candles.symbol,
        candles.step,
        candles.timestamp[part],
        candles.open[part],
        candles.high[part],
        candles.low[part],
        candles.close[part],
        candles.volume[part],
        None if turnover is None else turnover[part],
        candles.funding,
    )


def parse_value(text: str) -> Any:
    """Value of `--set`: a switch, a number or a text."""
    if text.lower() in ("yes", "on", "true"):
        return True
    if text.lower() in ("no", "off", "false"):
        return False
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def parse_strategies(text: str) -> list[tuple[str, float | None]]:
    """`a:0.6,b:0.4` or `a,b`."""
    pairs = [part.partition(":") for part in text.split(",")]
    return [(name, float(share) if share else None) for name, _, share in pairs]


def parse_time(text: str | None) -> int | None:
    """ISO date in UTC as ms."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
