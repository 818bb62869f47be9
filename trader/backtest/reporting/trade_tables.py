"""Tables about trades: why they ended, which symbols, when, how long, which ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tables import NO_BAR, Spare, bar, plain_table
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import symbol_of
from trader.domain.position import ClosedTrade
from trader.domain.time import DAY, HOUR

if TYPE_CHECKING:
    from trader.domain.candles import Bools, Ints

HEAD, TAIL = 50, 150  # trades shown of a long list
EXTREMES = 5
_KST = 9  # hours before UTC
_THURSDAY = 3  # the day of 1970-01-01, counted from Monday

Group = tuple[Sequence[object], "Bools"]  # the first cells of a row, and its trades


def exits_table(about: Subject) -> Html:
    """A row an exit reason, the most frequent first."""
    reasons = np.array(about.ledger.reason, dtype=np.str_)
    counts = {name: about.ledger.reason.count(name) for name in sorted(set(about.ledger.reason))}
    names = sorted(counts, key=lambda name: -counts[name])
    groups = [([about.say(f"x.{name}")], reasons == name) for name in names]
    return _grouped(about, [about.say("reason")], groups)


def symbols_table(about: Subject) -> Html:
    """A row a symbol that was traded, the most profitable first."""
    ledger = about.ledger
    masks = {name: ledger.of(name) for name in sorted(set(ledger.symbol))}
    names = sorted(masks, key=lambda name: -float(np.sum(ledger.pnl[masks[name]])))
    return _grouped(about, [about.say("symbol")], [([name], masks[name]) for name in names])


def hours_table(about: Subject) -> Html:
    """A row an hour of the day in which something was entered."""
    hours = about.ledger.entry_time // HOUR % 24
    groups = [
        ([f"{hour:02d}", f"{(hour + _KST) % 24:02d}"], hours == hour)
        for hour in np.unique(hours).tolist()
    ]
    return _grouped(about, [about.say("hour"), about.say("hour_kst")], groups)


def weekdays_table(about: Subject) -> Html:
    """A row a day of the week on which something was entered."""
    days = (about.ledger.entry_time // DAY + _THURSDAY) % 7
    names = about.say("weekday_names").split()
    groups = [([names[day]], days == day) for day in np.unique(days).tolist()]
    return _grouped(about, [about.say("weekday")], groups)


def durations_table(about: Subject) -> Html:
    """How long trades that won and trades that did not were held."""
    held = about.ledger.exit_time - about.ledger.entry_time
    won = about.ledger.won
    groups = (("winners", held[won]), ("losers", held[~won]), ("all", held))
    rows = [
        [about.say(name), *_lengths(lengths, about.say)] for name, lengths in groups if len(lengths)
    ]
    heads = ("which", "shortest", "median", "longest")
    return plain_table([about.say(name) for name in heads], rows)


def _lengths(held: Ints, say: Wording) -> list[str]:
    lengths = (float(np.min(held)), float(np.median(held)), float(np.max(held)))
    units = say("units").split()
    return [figures.duration(at, units) if at else say("same_candle") for at in lengths]


def _grouped(about: Subject, heads: Sequence[str], groups: Sequence[Group]) -> Html:
    """Count, share won, profit, mean profit of each group, and a bar of its profit."""
    pnl = about.ledger.pnl
    sums = [float(np.sum(pnl[mask])) for _, mask in groups]
    most = max(map(abs, sums), default=0.0) or 1.0
    rows = [
        [*cells, *_facts(about, mask), bar(abs(total) / most, "won" if total > 0 else "lost")]
        for (cells, mask), total in zip(groups, sums, strict=True)
    ]
    names = [about.say(name) for name in ("count", "won", "profit")]
    return plain_table([*heads, *names, Spare(about.say("average")), NO_BAR], rows)


def _facts(about: Subject, mask: Bools) -> list[object]:
    pnl = about.ledger.pnl[mask]
    return [
        f"{len(pnl):,}",
        figures.percent(float(np.mean(pnl > 0)), places=0),
        about.money(float(np.sum(pnl))),
        Spare(about.plain_money(float(np.mean(pnl)))),
    ]


# ------------------------------------------------------------- single trades


def trades_table(about: Subject, trades: Sequence[ClosedTrade]) -> Html:
    """The first and the last of the trades, which stand in the order of their exits."""
    cut = len(trades) > HEAD + TAIL
    return some_trades(about, [*trades[:HEAD], *trades[-TAIL:]] if cut else trades)


def extremes(about: Subject, trades: Sequence[ClosedTrade]) -> tuple[Html, Html]:
    """The best and the worst trades: no winner among the worst, no loser among the best."""
    pnl = about.ledger.pnl
    order = np.argsort(pnl, kind="stable").tolist()
    best = [trades[n] for n in order[::-1][:EXTREMES] if pnl[n] > 0]
    worst = [trades[n] for n in order[:EXTREMES] if pnl[n] <= 0]
    return some_trades(about, best), some_trades(about, worst)


def some_trades(about: Subject, trades: Iterable[ClosedTrade]) -> Html:
    """A row a trade."""
    heads = ("entry", "price", "exit", "price", "quantity", "reason")
    names = [about.say(name) for name in ("symbol", "side", "profit")]
    names += ["%", *(about.say(name) for name in heads)]
    return plain_table(names, [_trade_row(about, trade) for trade in trades])


def _trade_row(about: Subject, trade: ClosedTrade) -> list[object]:
    return [
        symbol_of(trade.key),
        about.say(trade.direction.word),
        about.money(float(trade.pnl)),
        f"{float(trade.pnl_percent):+,.2f}",
        figures.moment(trade.entry_time),
        figures.price(float(trade.entry_price)),
        figures.moment(trade.exit_time),
        figures.price(float(trade.exit_price)),
        figures.price(float(trade.quantity)),
        about.say(f"x.{trade.exit_reason}"),
    ]
