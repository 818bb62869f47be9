"""Independent reference backtester ("oracle"), written from the specification alone.

It is the differential-testing partner of the production engines: plain floats, plain loops, no
shared code with them. `run(files, parameters, start, end)` walks `Candles` (from `load(path)`, or
built by hand) on one capital and returns a `Result`. Not covered: --detail, optimisation, metrics,
repair of dirty data, live-only rules. To try it:

    python -m tests.parity.oracle --data FILE... --strategy NAME --set key=value ... --start DATE

Where the specification is silent, its choices are numbered in `silent_places.md`.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.parity import oracle_signals as sig
from tests.parity.oracle_exits import (
    close_position,
    equity_now,
    exit_at_open,
    judge_losses,
    leave_at_once,
    pay_funding,
    roll_periods,
    walk_position,
)
from tests.parity.oracle_files import cut, load, parse_strategies, parse_time, parse_value
from tests.parity.oracle_market import DAY, MINUTE, Candles, make_market, resample, timeframe_ms
from tests.parity.oracle_sizing import Account, atr_at, choose_leverage, guard_price, size
from tests.parity.oracle_state import (
    COLUMNS,
    FEES,
    LOSS_CODES,
    MIN_ORDERS,
    Book,
    Position,
    Result,
    State,
    settings,
)

__all__ = ["Candles", "Result", "cut", "load", "run"]


def make_book(candles: Candles, p: dict[str, Any], start: int | None, end: int | None) -> Book:
    """Book of one symbol; only candles with start <= time < end are walked."""
    if p["timeframe"]:
        candles = resample(candles, timeframe_ms(p["timeframe"]))
    if candles.step > DAY and any(name == "breakout" for name, _ in p["strategies"]):
        raise ValueError("breakout needs a timeframe of one day or less")
    if p["max_daily_loss"] and candles.symbol.endswith("KRW"):
        raise ValueError("MAX_DAILY_LOSS is in USDT and there is no rate in a backtest")
    stamps = candles.timestamp
    low, high = start if start is not None else -math.inf, end if end is not None else math.inf
    indices = {stamp: j for j, stamp in enumerate(stamps) if low <= stamp < high}
    own = dict(p)
    own["min_order"] = MIN_ORDERS[candles.venue] if p["min_order"] is None else p["min_order"]
    fee = FEES[candles.venue] if p["fee"] is None else p["fee"]
    candles.funding.sort()
    times = [stamp // MINUTE * MINUTE for stamp, _ in candles.funding]
    return Book(
        make_market(candles, timeframe_ms(p["atr_filter_timeframe"])), own, fee, indices, times
    )


def run(
    files: Sequence[Candles],
    parameters: dict[str, Any],
    start: int | None = None,
    end: int | None = None,
) -> Result:
    """Backtest the candles on one capital; `start` (inclusive), `end` (exclusive) in ms UTC."""
    p = settings(parameters)
    books = [make_book(candles, p, start, end) for candles in files]
    if len({book.candles.step for book in books}) > 1:
        raise ValueError("all files must have the same timeframe")
    if len({book.candles.symbol.split("/")[-1] for book in books}) > 1:
        raise ValueError("all files must have the same quote currency")
    capital = p["initial_capital"]
    if capital is None:
        capital = 1_000_000.0 if books[0].candles.symbol.endswith("KRW") else 10_000.0
    state = State(p, books, capital, capital, capital, capital)
    for stamp in sorted(set().union(*(book.indices for book in books))):
        walk_candle(state, stamp)
    end_of_data(state)
    trades = sorted(state.trades, key=lambda trade: (trade["exit_time"], trade["symbol"]))
    return Result(trades, state.rows, dict(state.reasons), state.cash, state.stopped, p)


# --- one candle of all symbols -------------------------------------------------------------------


def walk_candle(state: State, stamp: int) -> None:
    """One step of time: funding, exits at first prices, entries at first prices, the rest."""
    state.now, state.freed_cash, state.freed_slots = stamp, 0.0, 0
    roll_periods(state, stamp)
    present = [book for book in state.books if stamp in book.indices]
    for book in present:
        book.k = book.indices[stamp] - 1
        book.codes = set()
        pay_funding(state, book)
    flat = [book for book in present if book.position is None]
    for book in present:
        book.mark = book.candles.open[book.k + 1]
        exit_at_open(state, book)
    if state.p["freed_at_open"] == "now":
        state.freed_cash, state.freed_slots = 0.0, 0
    waiting = {id(book): enter_at_open(state, book) for book in flat}
    walk_rest(state, present, waiting)
    for book in flat:
        entered = (
            book.position is not None or book.free_from > book.k + 1 + book.p["cooldown_candles"]
        )
        if not entered:
            state.reasons.update(book.codes)
    close_candle(state)


def walk_rest(state: State, present: list[Book], waiting: dict[int, list[sig.Plan]]) -> None:
    """Behind the first prices: symbol after symbol the rest of its candle."""
    if state.p["met_at_once"] == "first":
        for book in present:
            leave_at_once(state, book)
    for book in present:
        if book.position is None:
            enter_at_level(state, book, waiting.get(id(book), []))
        else:
            walk_position(state, book, book.candles.open[book.k + 1])
        book.mark = book.candles.close[book.k + 1]


def close_candle(state: State) -> None:
    """All candles of this time close: equity, its row, the loss limits."""
    state.equity = equity_now(state)
    state.peak = max(state.peak, state.equity)
    judge_losses(state)
    row = {"timestamp": state.now, "equity": state.equity, "cash": state.cash}
    state.rows.append(row | {"drawdown": (state.peak - state.equity) / state.peak})


def end_of_data(state: State) -> None:
    """Close what is open at each symbol's last close; the last row shows the values after it."""
    for book in state.books:
        if book.position is not None:
            close_position(state, book, book.mark, "end_of_data")
    if state.rows:
        state.rows.pop()
        state.peak = max([state.capital, *(row["equity"] for row in state.rows)])
        close_candle(state)


# --- entries -------------------------------------------------------------------------------------


def enter_at_open(state: State, book: Book) -> list[sig.Plan]:
    """Ask the strategies of a flat symbol; enter at the first price or return the levels still
    ahead.
    """
    market, k, p = book.market, book.k, book.p
    candles, j = book.candles, k + 1
    shorts = p["allow_shorts"] and candles.venue == "binance_futures"
    first, waiting = candles.open[j], []
    book.codes.update(limit_codes(state, book))
    if book.free_from > j:
        book.codes.add("cooldown")
    plans: list[sig.Plan] = []
    for name, _ in p["strategies"]:
        wanted, codes = sig.ask_flat(market, k, name, shorts, p, book.fee)
        book.codes.update(codes)
        if name == "breakout" and book.fill_day == candles.timestamp[j] // DAY:
            wanted = [replace(plan, blocked=True) for plan in wanted]
            book.codes.add("once_per_day")
        plans += wanted
    for plan in plans:
        s = plan.side
        if plan.level is None or s * first >= s * plan.level:
            if try_entry(state, book, plan, first):
                return []
        elif s * (candles.high[j] if s > 0 else candles.low[j]) >= s * plan.level:
            waiting.append(plan)
        else:
            book.codes.add("level_not_reached")
    return waiting


def enter_at_level(state: State, book: Book, waiting: list[sig.Plan]) -> None:
    """Levels inside the candle, the one nearer to the open first (the long one of equals)."""
    first = book.candles.open[book.k + 1]
    for plan in sorted(waiting, key=lambda plan: (abs((plan.level or 0.0) - first), -plan.side)):
        assert plan.level is not None
        if try_entry(state, book, plan, plan.level):
            walk_position(state, book, plan.level)
            return


def limit_codes(state: State, book: Book) -> list[str]:
    """Codes of the portfolio limits in force now."""
    codes = [code for code in LOSS_CODES if state.periods[code].latched]
    if state.now < state.paused_until.get(book.candles.venue, 0):
        codes.append("consecutive_losses")
    used = sum(other.position is not None for other in state.books) + state.freed_slots
    if 0 < state.p["max_positions"] <= used:
        codes.append("max_positions")
    if state.equity < state.p["min_balance_pct"] * state.capital:
        codes.append("minimum_balance")
    return codes


def try_entry(state: State, book: Book, plan: sig.Plan, price: float) -> bool:
    """Enter at the trigger price when nothing blocks and the size is not 0."""
    limits = limit_codes(state, book)
    book.codes.update(limits)
    if plan.blocked or limits or book.free_from > book.k + 1:
        return False
    venue = book.candles.venue
    drawdown = (state.peak - state.equity) / state.peak
    leverage = choose_leverage(
        book.market, book.k, plan.side, drawdown, state.streak[venue], book.p
    )
    share = dict(state.p["strategies"])[plan.strategy]
    pnls = [t["pnl"] for t in state.trades if (t["venue"], t["strategy"]) == (venue, plan.strategy)]
    usable = state.cash - state.freed_cash
    account = Account(
        state.equity, 1.0 if share is None else share, usable, book.fee, leverage, pnls
    )
    quantity, codes = size(book.market, book.k, plan.side, price, account, book.p)
    if quantity <= 0:
        book.codes.update(codes)
        return False
    open_position(state, book, plan, price, quantity, leverage)
    return True


def open_position(
    state: State, book: Book, plan: sig.Plan, price: float, quantity: float, leverage: float
) -> None:
    """Fill an entry at a price (slippage comes on top) and fix its stops."""
    s, p, j = plan.side, book.p, book.k + 1
    entry = price * (1 + s * book.slippage)
    fee, margin = quantity * entry * book.fee, quantity * entry / leverage
    stops = []
    if book.candles.venue == "binance_futures":
        stops.append(("liquidation_guard", guard_price(entry, s, leverage, p)))
    if p["emergency_stop_percent"] > 0:
        stops.append(("emergency_stop", entry * (1 - s * p["emergency_stop_percent"])))
    atr = atr_at(book.market, book.k)
    if p["stop_loss_percent"] > 0:
        stops.append(("stop_loss", entry * (1 - s * p["stop_loss_percent"])))
    elif atr is not None:
        stops.append(("stop_loss", entry - s * atr * p["atr_multiplier"]))
    target = entry * (1 + s * p["take_profit_percent"]) if p["take_profit_percent"] > 0 else None
    book.position = Position(
        plan.strategy, s, quantity, entry, j, leverage, margin, fee, stops, target, entry
    )
    state.cash -= margin + fee
    if plan.strategy == "breakout":
        book.fill_day = book.candles.timestamp[j] // DAY


# --- command line --------------------------------------------------------------------------------


def main() -> None:
    """Try it: trades as CSV on stdout, a summary on stderr."""
    parser = argparse.ArgumentParser(description="Reference backtester: prints the trades as CSV.")
    parser.add_argument("--data", nargs="+", required=True, metavar="FILE")
    parser.add_argument("--strategy", default="breakout", help="name, or name:share,name:share")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--start")
    parser.add_argument("--end")
    arguments = parser.parse_args()
    parameters: dict[str, Any] = {"strategies": parse_strategies(arguments.strategy)}
    for item in arguments.set:
        key, _, text = item.partition("=")
        parameters[key.lower()] = (
            tuple(text.split(",")) if key.lower() == "majors" else parse_value(text)
        )
    files = [load(path) for path in arguments.data]
    result = run(files, parameters, parse_time(arguments.start), parse_time(arguments.end))
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows(result.trades)
    print(
        f"final equity {result.final_equity!r}, trades {len(result.trades)}, "
        f"stopped in entry candle {result.stopped_in_entry_candle}, "
        f"no entry {result.no_entry_reasons}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
