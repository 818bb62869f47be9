"""A data folder as the daemon leaves it: plain JSON files of the contract, written by hand."""

import json
import time
from pathlib import Path
from typing import Any

Document = dict[str, Any]
_BREAKOUT = {
    "STRATEGY_PRESET": "day", "STRATEGIES": "breakout", "K_VALUE": 0.5, "MAX_POSITIONS": 5,
    "TAKE_PROFIT_PERCENT": 0.05, "EMA_FILTER": True, "TIMEFRAME": "15m",
}  # fmt: skip
_REASONS: tuple[tuple[str, list[str]], ...] = (
    ("BTC/KRW", ["held"]),
    ("ETH/KRW", ["weak_trend adx=17.2 min=20"]),
    ("XRP/KRW", ["low_volatility atr_pct=0.0052 min=0.008", "weak_trend adx=12.4 min=20"]),
    ("SOL/KRW", ["below_ema50 close=231400 ema50=235020", "no_signal"]),
    ("DOGE/KRW", ["weak_trend adx=15.9 min=20"]),
    ("ADA/KRW", []),
)


def status(now: float | None = None, **changes: Any) -> Document:
    """A running demo bot, one second old."""
    at = time.time() - 1 if now is None else now
    return {
        "status": "running", "timestamp": at, "cpu": 15.5, "memory": 120.5,
        "warmup_current": 3, "warmup_total": 3, "version": "0.1.0", "mode": "demo", "pid": 4711,
        "started_at": at - 9_140, "loop": {"count": 9_000, "last_ms": 14.2, "p99_ms": 31.0},
        "venues": {name: _link(at) for name in ("upbit", "binance_spot", "binance_futures")},
        "settings_error": None, "settings_version": "3f2a91",
        "parameters": {name: dict(_BREAKOUT) for name in ("upbit", "binance_spot")},
        "halts": [], "decisions": [_decision(at, *row) for row in _REASONS],
        "commands": [answer("01J", "set_preset", "done", "scalping on upbit", at - 60)],
    } | changes  # fmt: skip


def answer(
    command_id: str, name: str, result: str = "done", message: str = "", at: float = 0.0
) -> Document:
    """One entry of `commands`."""
    return {"id": command_id, "name": name, "result": result, "message": message, "at": at}


def halt(code: str, scope: str = "upbit", until: float | None = None) -> Document:
    """One entry of `halts`."""
    return {"scope": scope, "code": code, "until": until}


def portfolio(now: float | None = None, **changes: Any) -> Document:
    """An account of one million KRW with one winning position."""
    at = time.time() - 1 if now is None else now
    return {
        "initial_capital": 1_000_000, "current_capital": 1_050_000,
        "positions": {"BTC/KRW": 0.0015}, "entry_prices": {"BTC/KRW": 50_000_000},
        "trade_history": [trade("2023-10-27 10:00:00", 3673.1, 4.9, "take_profit"),
                          trade("2023-10-27 11:30:00", -1480.0, -1.97, "stop_loss")],
        "metadata": {"strategy": "day", "timeframe": "15m",
                     "selected_symbols": ["BTC/KRW", "ETH/KRW"]},
        "details": {"BTC/KRW": details(at)},
        "equity": 1_126_200, "peak_equity": 1_130_000, "drawdown": 0.0034, "daily_pnl": 1_200,
        "timestamp": at,
    } | changes  # fmt: skip


def details(at: float, **changes: Any) -> Document:
    """What is told of the position in `portfolio`."""
    return {
        "side": "long", "stop": 48_500_000, "take_profit": 52_500_000, "trailing": None,
        "unrealised_pnl": 1_200, "leverage": 1, "liquidation_price": None,
        "strategy": "breakout", "opened_at": at - 8_000, "protection": "engine",
    } | changes  # fmt: skip


def futures(now: float | None = None) -> Document:
    """A futures account with a losing short whose stop lies at the exchange."""
    at = time.time() - 1 if now is None else now
    short = details(
        at, side="short", stop=3_200.0, take_profit=2_800.0, unrealised_pnl=-18.5,
        leverage=3, liquidation_price=3_950.0, protection="conditional", margin=500.0,
    )  # fmt: skip
    return portfolio(
        at, initial_capital=10_000, current_capital=9_600, positions={"ETH/USDT": -0.5},
        entry_prices={"ETH/USDT": 3_000}, details={"ETH/USDT": short}, trade_history=[],
        metadata={"strategy": "swing", "timeframe": "1h", "selected_symbols": ["ETH/USDT"]},
        equity=10_081.5, peak_equity=10_120.0, drawdown=0.0038, daily_pnl=-18.5,
    )  # fmt: skip


def trade(timestamp: str, pnl: float, percent: float, reason: str) -> Document:
    """One entry of `trade_history`."""
    return {
        "timestamp": timestamp, "symbol": "BTC/KRW", "type": "SELL", "pnl": pnl,
        "pnl_percent": percent, "price": 52_500_000, "quantity": 0.0015, "fee": 76.9,
        "reason": reason, "strategy": "breakout",
    }  # fmt: skip


def entry(message: str, level: str = "info", component: str = "engine", **more: Any) -> Document:
    """One line of the log."""
    at = "2023-10-27T10:00:00.123Z"
    return {"at": at, "level": level, "component": component, "message": message} | more


def write(folder: Path, name: str, document: Document) -> None:
    """Leave a file whole, as the daemon does."""
    draft = folder / f".{name}.tmp"
    draft.write_text(json.dumps(document), "utf-8")
    draft.replace(folder / name)


def write_log(folder: Path, *entries: Document) -> None:
    """Leave a log."""
    lines = (json.dumps(one, ensure_ascii=False) for one in entries)
    (folder / "trading_bot.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _link(at: float) -> Document:
    return {"status": "connected", "price_source": "websocket", "last_price_at": at - 0.2,
            "latency_ms": 23}  # fmt: skip


def _decision(at: float, symbol: str, reasons: list[str]) -> Document:
    free = not reasons
    return {
        "venue": "upbit", "symbol": symbol, "action": "BUY" if free else "HOLD",
        "level": 51_000_000.0 if free else None, "reasons": reasons, "at": at - 20,
    }  # fmt: skip
