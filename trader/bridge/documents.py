"""The words of the published files: views of the daemon as JSON documents of the contract."""

from __future__ import annotations

import time
from decimal import Decimal
from math import isfinite
from typing import Any

from trader.bridge.views import HeldView, OptimiserView, PortfolioView, StatusView
from trader.domain.commands import CommandAnswer
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.position import ClosedTrade, Direction
from trader.domain.signal import Decision

NEWEST_TRADES = 500
NEWEST_COMMANDS = 50

Document = dict[str, Any]


def status_document(view: StatusView) -> Document:
    """`bot_status.json`."""
    more: Document = {} if view.optimiser is None else {"optimiser": _optimiser(view.optimiser)}
    if view.coverage:
        more["coverage"] = {venue: _fields(shares) for venue, shares in view.coverage.items()}
    if view.guardian is not None:
        more["guardian"] = _fields(view.guardian)
    if view.recording is not None:
        more["recording"] = _fields(view.recording)
    return {
        "status": view.status,
        "timestamp": view.timestamp,
        "cpu": number(view.cpu),
        "memory": number(view.memory),
        "warmup_current": view.warmup_current,
        "warmup_total": view.warmup_total,
        "version": view.version,
        "mode": view.mode,
        "pid": view.pid,
        "started_at": view.started_at,
        "loop": _fields(view.loop),
        "venues": {name: _fields(link) for name, link in view.venues.items()},
        "settings_error": view.settings_error,
        "settings_version": view.settings_version,
        "parameters": {venue: dict(values) for venue, values in view.parameters.items()},
        "halts": [_fields(halt) for halt in view.halts],
        "decisions": [_decision(decision) for decision in view.decisions],
        "commands": [_answer(answer) for answer in view.commands[-NEWEST_COMMANDS:]],
        **more,
    }


def _optimiser(view: OptimiserView) -> Document:
    last = {name: value for name, value in _fields(view).items() if name != "running"}
    running = [_fields(one) for one in view.running]
    return {"running": running, "last": last if view.state else None}


def portfolio_document(view: PortfolioView, history: list[Document] | None = None) -> Document:
    """`<venue>_portfolio.json`. A short's quantity is negative.

    `history`: the rows of `view.trades` when they are at hand, else they are made.
    """
    return {
        "initial_capital": number(view.initial_capital),
        "current_capital": number(view.free_cash),
        "positions": {_symbol(held): _signed(held) for held in view.held},
        "entry_prices": {_symbol(held): number(held.position.entry_price) for held in view.held},
        "trade_history": trade_rows(view.trades) if history is None else history,
        "metadata": {
            "strategy": view.preset,
            "timeframe": view.timeframe,
            "selected_symbols": list(view.symbols),
        },
        "details": {_symbol(held): _details(held, on_margin=view.margin) for held in view.held},
        "equity": number(view.equity),
        "peak_equity": number(view.peak_equity),
        "drawdown": number(view.drawdown),
        "daily_pnl": number(view.daily_pnl),
        "timestamp": view.timestamp,
    }


def trade_rows(trades: tuple[ClosedTrade, ...]) -> list[Document]:
    """`trade_history`: the newest trades, oldest of them first."""
    return [trade_row(trade) for trade in trades[-NEWEST_TRADES:]]


def trade_row(trade: ClosedTrade) -> Document:
    """A row of `trade_history`: the closing of a position; a closed short was bought back."""
    closed = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(trade.closed_at // 1000))
    return {
        "timestamp": closed,
        "symbol": symbol_of(trade.key),
        "type": "SELL" if trade.direction is Direction.LONG else "BUY",
        "pnl": number(trade.pnl),
        "pnl_percent": number(trade.pnl_percent),
        "price": number(trade.exit_price),
        "quantity": number(trade.quantity),
        "fee": number(trade.fees),
        "reason": trade.exit_reason.value,
        "strategy": trade.strategy,
    }


def number(value: Decimal | float | None) -> float | int | None:
    """A plain JSON number: whole ones without a point, null for what is not known."""
    if value is None or not isfinite(value):
        return None
    whole = int(value)
    return whole if whole == value else float(value)


def _decision(decision: Decision) -> Document:
    return {
        "venue": venue_of(decision.key),
        "symbol": symbol_of(decision.key),
        "action": decision.action.value,
        "level": number(decision.level),
        "reasons": [str(reason) for reason in decision.reasons],
        "at": decision.at / 1000,
    }


def _answer(answer: CommandAnswer) -> Document:
    return {name: getattr(answer, name) for name in ("id", "name", "result", "message", "at")}


def _details(held: HeldView, *, on_margin: bool) -> Document:
    position = held.position
    found = {
        "side": position.direction.word,
        "stop": number(held.stop),
        "take_profit": number(held.take_profit),
        "trailing": number(held.trailing),
        "unrealised_pnl": number(position.unrealised(held.price)),
        "leverage": number(position.leverage),
        "liquidation_price": number(position.liquidation),
        "strategy": position.strategy,
        "opened_at": position.opened_at / 1000,
        "protection": held.protection,
    }
    if held.price_at is not None:
        found["price_at"] = held.price_at
    return found | {"margin": number(position.margin)} if on_margin else found


def _symbol(held: HeldView) -> str:
    return symbol_of(held.position.key)


def _signed(held: HeldView) -> float | int | None:
    return number(held.position.quantity * int(held.position.direction))


def _fields(value: Any) -> Document:
    """A flat dataclass as a document of the same words."""
    return {name: _plain(getattr(value, name)) for name in value.__slots__}


def _plain(value: Any) -> Any:
    return number(value) if isinstance(value, float) else value
