"""Exits, the walk through a candle and the loss limits (chapters 3.5, 3.7 and 3.8 of the
specification).
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime
from typing import Any

from tests.parity import oracle_signals as sig
from tests.parity.oracle_market import HOUR
from tests.parity.oracle_state import COLUMNS, LOSS_CODES, STOPS, Book, Period, Position, State


def trail_price(pos: Position, p: dict[str, Any]) -> float | None:
    """Price of the trailing stop, None while it is not in force."""
    percent = p["trailing_stop_percent"]
    if percent <= 0 or pos.side * pos.best < pos.side * pos.entry * (
        1 + pos.side * p["trailing_activation"]
    ):
        return None
    return float(pos.best * (1 - pos.side * percent))


def active_stops(pos: Position, p: dict[str, Any]) -> list[tuple[str, float]]:
    """Stops in force in the order of the list."""
    trail = trail_price(pos, p)
    return pos.stops if trail is None else [*pos.stops, ("trailing_stop", trail)]


def first_price_reason(book: Book, pos: Position, price: float) -> str | None:
    """First exit of the list that holds at a candle's first price."""
    s, p, candles = pos.side, book.p, book.candles
    for reason, level in active_stops(pos, p):
        if s * price <= s * level:
            return reason
    if pos.target is not None and s * price >= s * pos.target:
        return "take_profit"
    held = candles.timestamp[book.k + 1] - candles.timestamp[pos.index]
    if p["max_holding"] > 0 and held > p["max_holding"] * 1000:
        return "time_exit"
    if pos.close_pending:
        return "loss_limit"
    if sig.wants_exit(book.market, book.k, pos.strategy, s, candles.timestamp[pos.index], p):
        return "signal"
    return None


def pay_funding(state: State, book: Book) -> None:
    """Funding of a position opened in an earlier candle, before anything else in the candle."""
    pos, candles = book.position, book.candles
    if pos is None or candles.venue != "binance_futures":
        return
    before, now = candles.timestamp[book.k], candles.timestamp[book.k + 1]
    due = slice(bisect_right(book.funding_times, before), bisect_right(book.funding_times, now))
    for _, rate in candles.funding[due]:
        paid = pos.side * rate * pos.quantity * candles.open[book.k + 1]
        pos.funding += paid
        state.cash -= paid


def exit_at_open(state: State, book: Book) -> None:
    """Exits at the first price of the candle."""
    if book.position is not None:
        reason = first_price_reason(book, book.position, book.mark)
        if reason:
            close_position(state, book, book.mark, reason)


def leave_at_once(state: State, book: Book) -> None:
    """A stop at or beyond the price of an entry at the open is met there and then."""
    pos, first = book.position, book.candles.open[book.k + 1]
    if pos is not None and pos.index == book.k + 1:
        raise_trail(pos, first)
        adverse_leg(state, book, pos, first, first)


def walk_position(state: State, book: Book, begin: float) -> None:
    """Walk an open position from `begin` to the adverse extreme, the good extreme and the close of
    the candle.
    """
    pos, j, candles = book.position, book.k + 1, book.candles
    assert pos is not None
    s = pos.side
    worst, good = (candles.low[j], candles.high[j]) if s > 0 else (candles.high[j], candles.low[j])
    raise_trail(pos, begin)
    if adverse_leg(state, book, pos, begin, worst):
        return
    if pos.target is not None and s * good >= s * pos.target:
        close_position(state, book, s * max(s * pos.target, s * worst), "take_profit")
        return
    raise_trail(pos, good)
    adverse_leg(state, book, pos, good, candles.close[j])


def raise_trail(pos: Position, price: float) -> None:
    """The best price since entry only rises (short: falls)."""
    pos.best = pos.side * max(pos.side * pos.best, pos.side * price)


def adverse_leg(state: State, book: Book, pos: Position, begin: float, end: float) -> bool:
    """Move against the position: the nearest stop on the way closes it; one at or beyond `begin`
    at once.
    """
    s = pos.side
    stops = active_stops(pos, book.p)
    for reason, level in stops:
        if s * level >= s * begin:
            close_position(state, book, begin, reason)
            return True
    hit = [(s * level, reason) for reason, level in stops if s * level >= s * end]
    if not hit:
        return False
    nearest, reason = max(hit, key=lambda pair: pair[0])
    close_position(state, book, s * nearest, reason)
    return True


def close_position(state: State, book: Book, price: float, reason: str) -> None:
    """Close a position at a price (slippage comes on top), book the trade and judge the limits."""
    pos, candles, j = book.position, book.candles, book.k + 1
    assert pos is not None
    fill = price * (1 - pos.side * book.slippage)
    fee = pos.quantity * fill * book.fee
    gross = pos.side * (fill - pos.entry) * pos.quantity
    freed = pos.margin + gross - fee
    state.cash += freed
    state.freed_cash += max(0.0, freed)
    state.freed_slots += 1
    pnl = gross - pos.fees - fee - pos.funding
    opened, closed = candles.timestamp[pos.index], candles.timestamp[j]
    values: list[Any] = [
        candles.venue,
        candles.symbol,
        pos.strategy,
        "long" if pos.side > 0 else "short",
        opened,
    ]
    values += [
        pos.entry,
        pos.quantity,
        closed,
        fill,
        reason,
        pos.leverage,
        pos.fees + fee,
        pos.funding,
        pnl,
    ]
    values.append(100 * pnl / (pos.entry * pos.quantity))
    state.trades.append(dict(zip(COLUMNS, values, strict=True)))
    state.stopped += pos.index == j and reason in STOPS
    book.position = None
    book.mark = price
    book.free_from = j + 1 + book.p["cooldown_candles"]
    count_losses(state, book, pnl)
    judge_losses(state)


# --- limits --------------------------------------------------------------------------------------


def equity_now(state: State) -> float:
    """Cash and the value of the positions at the newest prices, without exit costs."""
    total = state.cash
    for book in state.books:
        if (pos := book.position) is not None:
            total += pos.margin + pos.side * (book.mark - pos.entry) * pos.quantity
    return total


def roll_periods(state: State, stamp: int) -> None:
    """Begin a new day, week or month with the equity of the last close before it."""
    moment = datetime.fromtimestamp(stamp / 1000, UTC)
    keys = {
        "daily_loss": moment.date(),
        "weekly_loss": moment.isocalendar()[:2],
        "monthly_loss": (moment.year, moment.month),
    }
    for code, key in keys.items():
        if state.periods[code].key != key:
            state.periods[code] = Period(key, state.equity)


def judge_losses(state: State) -> None:
    """Latch the loss limits that are met; with `close` everything open is sold at its next first
    price.
    """
    equity, p = equity_now(state), state.p
    fractions = (p["max_daily_loss_pct"], p["max_weekly_loss_pct"], p["max_monthly_loss_pct"])
    for code, fraction in zip(LOSS_CODES, fractions, strict=True):
        period = state.periods[code]
        loss = period.start - equity
        met = fraction > 0 and loss >= fraction * period.start
        met = met or (code == "daily_loss" and 0 < p["max_daily_loss"] <= loss)
        if met and not period.latched:
            period.latched = True
            for book in state.books:
                if book.position is not None and p["on_loss_limit"] == "close":
                    book.position.close_pending = True


def count_losses(state: State, book: Book, pnl: float) -> None:
    """Losses in a row of the venue; at the limit entries pause for an hour from the end of this
    candle.
    """
    venue, limit = book.candles.venue, state.p["max_consecutive_losses"]
    state.streak[venue] = state.streak[venue] + 1 if pnl < 0 else 0
    state.counted[venue] = state.counted[venue] + 1 if pnl < 0 else 0
    if 0 < limit <= state.counted[venue]:
        state.counted[venue] = 0
        state.paused_until[venue] = state.now + book.candles.step + HOUR
