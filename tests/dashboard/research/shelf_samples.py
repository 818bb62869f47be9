"""A shelf of backtests as `run_backtest.py` leaves it, written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOON = 1_698_400_800_000  # ms UTC, 2023-10-27 10:00:00
HOUR = 3_600_000
HEAD = ("venue,symbol,strategy,side,entry_time,entry_price,quantity,exit_time,exit_price,"
        "exit_reason,leverage,fees,funding,pnl,pnl_percent")  # fmt: skip


def result(**changes: Any) -> dict[str, Any]:
    """A `result.json` of forty trades on two symbols."""
    return {
        "version": "0.1.0", "engine": "fast", "name": "breakout_2-symbols_1h", "venue": "upbit",
        "quote": "KRW", "symbols": ["BTC/KRW", "ETH/KRW"], "timeframe": "1h",
        "capital": 1_000_000.0, "seed": 1,
        "metrics": {"total_return": 0.05, "buy_and_hold_return": -0.1, "max_drawdown": 0.03,
                    "sharpe": 1.2, "trades": 40, "fees": 900.0, "calmar": None},
        "no_entry_reasons": {"weak_trend": 52, "no_signal": 400},
        "refused_by_risk": {"cooldown": 7},
        "parameters": {"STRATEGIES": ["breakout:1"], "K_VALUE": 0.5, "EMA_FILTER": True},
        "data": [{"symbol": "BTC/KRW", "traded_span": [NOON, NOON + 100 * HOUR]}],
        "notices": ["12 candles are missing."],
    } | changes  # fmt: skip


def trades(count: int, share: float = 0.5) -> str:
    """A `trades.csv`; of the profit so much is BTC's."""
    rows = [HEAD]
    for number in range(count):
        symbol, pnl = ("BTC/KRW", share) if number % 2 else ("ETH/KRW", 1.0 - share)
        at = NOON + number * HOUR
        rows.append(
            f"upbit,{symbol},breakout,long,{at},100.0,1.0,{at + HOUR},101.0,take_profit,1.0,0.1,"
            f"0.0,{1000 * pnl},{pnl}"
        )
    return "\n".join(rows) + "\n"


def equity(count: int = 100) -> str:
    """An `equity.csv` that rises, falls by a tenth in its middle, and rises again."""
    worth = [1_000_000.0 + 100.0 * place for place in range(count)]
    worth[count // 2] *= 0.9
    lines = [f"{NOON + place * HOUR},{value},{value},0.0" for place, value in enumerate(worth)]
    return "\n".join(["timestamp,equity,cash,drawdown", *lines]) + "\n"


def long_history(folder: Path, rows: int = 2_000_000) -> Path:
    """Candles for a backtest that takes its time: minutes of years."""
    import numpy as np
    import pandas as pd

    wander = np.random.default_rng(1).normal(0.0, 0.001, rows)
    close = 1e7 * np.exp(np.cumsum(wander))
    table = {"timestamp": 1_577_836_800_000 + 60_000 * np.arange(rows), "open": close,
             "high": close * 1.001, "low": close * 0.999, "close": close, "volume": 5.0,
             }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "upbit__BTC-KRW__1m.parquet"
    pd.DataFrame(table).to_parquet(file)
    return file


def run(data_dir: Path, folder_name: str, /, share: float = 0.5, **changes: Any) -> Path:
    """A whole run."""
    folder = data_dir / "backtests" / folder_name
    folder.mkdir(parents=True)
    content = result(**changes)
    (folder / "result.json").write_text(json.dumps(content), "utf-8")
    (folder / "trades.csv").write_text(trades(content["metrics"].get("trades") or 0, share))
    (folder / "equity.csv").write_text(equity())
    (folder / "report.html").write_text("<h1>Backtest</h1><script>parent.hacked = 1</script>")
    return folder
