"""A whole `data/panel/` as a daemon would write it: for the tests of the reader and of pages."""

import random
from pathlib import Path
from typing import Any

from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter

KEY = "upbit:BTC/KRW"
NOON = 1_698_400_800_000  # ms UTC, 2023-10-27 10:00:00
CANDLE = 900_000  # ms
Row = dict[str, Any]


def trade(number: int = 0, **other: Any) -> Row:
    """A line of `trades.jsonl`; every third one loses."""
    at = NOON + number * CANDLE
    pnl = -1_500.0 if number % 3 == 2 else 3_673.1
    row = {
        "id": f"t{number}",
        "venue": "upbit",
        "symbol": "BTC/KRW",
        "strategy": "breakout",
        "side": "long",
        "entry_time": at,
        "entry_price": 50_000_000.0,
        "quantity": 0.0015,
        "exit_time": at + 4 * CANDLE,
        "exit_price": 52_500_000.0 if pnl > 0 else 49_000_000.0,
        "exit_reason": "take_profit" if pnl > 0 else "stop_loss",
        "leverage": 1.0,
        "fees": 76.9,
        "funding": 0.0,
        "pnl": pnl,
        "pnl_percent": pnl / 750.0,
        "opened_at": at / 1000 + 1.0,
        "closed_at": (at + 4 * CANDLE) / 1000 + 7.0,
    }
    return row | other


def trades(count: int) -> list[Row]:
    """That many closed trades, oldest first."""
    return [trade(number) for number in range(count)]


def equity(count: int, venue: str = "upbit", start: float = 1_000_000.0) -> list[Row]:
    """A point a minute of a curve that wanders; the same for the same arguments."""
    wander, worth = random.Random(count), start
    rows = []
    for minute in range(count):
        worth *= 1 + wander.gauss(0.00001, 0.0004)
        at = NOON / 1000 + 60.0 * minute
        rows.append({"at": at, "venue": venue, "equity": worth, "cash": worth * 0.6})
    return rows


def why(at: float) -> Row:
    """24 hours of one venue and two symbols; the newest hour is the one of `at`."""
    newest = at - at % 3_600
    first = {"weak_trend": 52, "below_ema50": 31, "low_volatility": 9, "no_signal": 4}
    hour = {"venue": "upbit", "candles": 100, "first": first, "signals": 4, "orders": 1}
    symbol = {"candles": 1_200, "passed": 60, "first": {"weak_trend": 700, "no_signal": 440}}
    return {
        "timestamp": at,
        "hours": [{"at": newest - 3_600 * back, **hour} for back in reversed(range(24))],
        "symbols": {KEY: symbol | {"held": 12}, "upbit:ETH/KRW": symbol},
    }


def chart(at: float, key: str = KEY, count: int = 300) -> Row:
    """Candles with an average, an oscillator, a shaded stretch and the levels of a position."""
    venue, _, symbol = key.partition(":")
    newest = round(at * 1000) // CANDLE * CANDLE
    times = [newest - CANDLE * back for back in range(count, 0, -1)]
    bars = [_bar(place, time) for place, time in enumerate(times)]
    average = [[bar[0], bar[4] * 0.999 if place > 49 else None] for place, bar in enumerate(bars)]
    return {
        "timestamp": at,
        "venue": venue,
        "symbol": symbol,
        "timeframe": "15m",
        "strategy": "breakout",
        "bars": bars,
        "forming": _bar(count, newest),
        "overlays": [
            {"id": "ema50", "pane": "price", "kind": "line", "points": average},
            {
                "id": "adx",
                "pane": "adx",
                "kind": "line",
                "points": [[bar[0], 20.0 + place % 9] for place, bar in enumerate(bars)],
            },
        ],
        "shade": [{"from": times[-40], "to": times[-20], "code": "weak_trend"}],
        "levels": [
            {"kind": "entry", "price": 50_000_000.0},
            {"kind": "stop", "price": 48_500_000.0},
            {"kind": "take_profit", "price": 52_500_000.0},
        ],
    }


def _bar(place: int, time: int) -> list[float]:
    low = 50_000_000.0 + 20_000.0 * (place % 37)
    return [time, low + 5_000.0, low + 30_000.0, low, low + 20_000.0, 3.0 + place % 5]


def settings(at: float) -> Row:
    """A short `.env` with a secret and a key that waits for a restart."""
    rows = (("MODE", 3, "paper"), ("CRYPTO_K_VALUE", 8, "0.45"), ("UPBIT_ACCESS_KEY", 11, "set"))
    change = {"at": at - 60.0, "by": "panel", "key": "CRYPTO_K_VALUE", "old": "0.5", "new": "0.45"}
    return {
        "timestamp": at,
        "path": ".env",
        "version": "3f2a91",
        "rows": [{"key": key, "line": line, "value": value} for key, line, value in rows],
        "pending_restart": ["MODE"],
        "changes": [change],
        "versions": [
            {
                "name": "20231027T100100.000000Z.env",
                "until": at - 60.0,
                "rows": [{"key": "CRYPTO_K_VALUE", "line": 2, "value": "0.5"}],
            }
        ],
    }


def health(at: float) -> Row:
    """One venue that was observed and one that was not; a crash before, two things recovered."""
    facts = {"days": "12", "venue": "upbit"}
    finding = {"code": "key_ends_soon", "level": "warn", "subject": "upbit", "facts": facts}
    observed = {"p50_ms": 23.0, "p95_ms": 80.5, "clock_ms": -12.0, "budget_used": 41.0}
    return {
        "timestamp": at,
        "preflight": {"at": at - 300.0, "findings": [finding]},
        "venues": {
            "upbit": observed | {"budget_limit": 600.0, "reconnects": 1, "error": "rate_limited",
                                 "error_at": at - 90.0},
            "binance_spot": {},
        },
        "machine": {"cpu": 15.5, "memory_mb": 180.0, "memory_free_mb": 2_000.0,
                    "disk_free": 5 * 10**10, "disk_total": 10**11, "loop_lag_ms": 1.5},
        "versions": {"trader": "0.1.0", "python": "3.11.2"},
        "life": {"started_at": at - 400.0, "last_end": "crash", "last_seen": at - 500.0,
                 "recovered": {"positions": 2, "orders": 1}},
        "recording": {"on": True, "path": "data/recordings/1", "bytes": 123_456},
    }  # fmt: skip


def optimisations(at: float) -> Row:
    """A search that was adopted and one that failed."""
    done = {
        "id": "o2", "kind": "k", "venue": "upbit", "by": "schedule", "started_at": at - 100.0,
        "symbols": ["BTC/KRW"], "ended_at": at - 40.0, "state": "done", "tried": 40,
        "best": {"K_VALUE": 0.45}, "running": {"K_VALUE": 0.5},
        "in_sample": {"sharpe": 1.9}, "out_of_sample": {"sharpe": 0.8},
        "verdict": {"promoted": True, "dsr": 0.97, "reasons": []}, "adopted": True,
        "message": "K 0.45 is in force",
    }  # fmt: skip
    failed = {"id": "o1", "state": "failed", "adopted": False, "message": "too few candles"}
    return {"timestamp": at, "rows": [done, done | failed]}


def agenda(at: float) -> Row:
    """A candle, a search and the end of a halt."""
    rows = [
        {"at": at + 240.0, "what": "candle_close", "venue": "upbit", "subject": "15m"},
        {"at": at + 2_000.0, "what": "halt_ends", "venue": "upbit", "subject": "daily_loss"},
        {"at": at + 9_000.0, "what": "search_k", "venue": None, "subject": ""},
    ]
    return {"timestamp": at, "rows": rows}


def account(at: float) -> Row:
    """Protection and an entry that rests, the entry of a position, coins of somebody else."""
    order = {
        "id": "fa1", "venue": "binance_futures", "symbol": "ETH/USDT", "side": "buy",
        "kind": "stop_market", "purpose": "protection", "status": "open", "quantity": 0.5,
        "filled": 0, "price": None, "trigger": 3_200.0, "reason": "stop_loss", "at": at - 600.0,
    }  # fmt: skip
    entry = {
        "id": "ua2", "venue": "upbit", "symbol": "XRP/KRW", "side": "buy", "kind": "market",
        "purpose": "entry", "status": "sending", "quantity": 100.0, "trigger": None,
        "reason": "entry", "at": at - 1.0,
    }  # fmt: skip
    position = {"venue": "upbit", "symbol": "BTC/KRW", "decided_price": 49_950_000.0,
                "atr_stop": None, "fees": 37.5, "funding": None, "preset": "day"}  # fmt: skip
    short = {"venue": "binance_futures", "symbol": "ETH/USDT", "decided_price": None,
             "atr_stop": 3_210.0, "fees": 0.6, "funding": -0.21, "preset": "swing"}  # fmt: skip
    strange = {"venue": "upbit", "symbol": "DOGE/KRW", "quantity": 1_250.0, "locked": 250.0}
    return {
        "timestamp": at,
        "orders": [order, order | entry],
        "positions": [position, short],
        "external": [strange],
        "reported": {"upbit": at},
        "market": at,
        "speed": 1.0,
    }


def commands(at: float) -> Row:
    """One that was done, one that was refused, one that is not answered yet."""
    rows = [
        ("1", "pause", "", None, None),
        ("2", "close_position", "BTC/KRW", "refused", "too small"),
        ("3", "set_parameters", "CRYPTO_K_VALUE", "done", "in force"),
    ]
    return {
        "timestamp": at,
        "rows": [
            {
                "id": f"0{number}", "name": name, "by": "panel", "venue": "upbit", "subject": about,
                "taken_at": at - 60.0 * int(number), "result": result, "message": message,
                "answered_at": None if result is None else at - 60.0 * int(number) + 0.4,
            }
            for number, name, about, result, message in rows
        ],
    }  # fmt: skip


def write_all(data_dir: Path, at: float, trade_count: int = 30) -> PanelWriter:
    """Every file, written at `at` (seconds since 1970); the writer for what follows."""
    writer = PanelWriter(data_dir)
    writer.put_lines(names.TRADES, trades(trade_count))
    writer.put_lines(names.EQUITY, equity(120))
    made = {names.WHY: why, names.SETTINGS: settings, names.HEALTH: health}
    made |= {names.OPTIMISATIONS: optimisations, names.AGENDA: agenda}
    made |= {names.ACCOUNT: account, names.COMMANDS: commands}
    for name, make in (made | {names.chart_name(KEY): chart}).items():
        writer.put(name, make(at))
    return writer
