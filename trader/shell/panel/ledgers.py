"""Trades and equity as growing files: continued if they fit the journal, else made anew."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from trader.bridge.documents import number
from trader.bridge.panel.writer import PanelWriter
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.position import ClosedTrade
from trader.domain.time import DAY, HOUR, MINUTE, Millis
from trader.storage.history import EquityPoint, History

NEWEST_TRADES = 100_000
DENSE = 7 * DAY  # before that a point an hour is enough
_WAITING = 10_000  # rows that a disk which refuses is waited for; then the file is made anew

Row = dict[str, Any]
Rows = Callable[[], Iterable[Row]]


class Ledger:
    """One file of lines. Rows are added in the loop, written in a thread."""

    def __init__(
        self, writer: PanelWriter, name: str, newest: Callable[[], Row | None], all_: Rows
    ) -> None:
        """`newest`: the journal's last row, asked once; `all_`: all of them."""
        self._writer, self._name = writer, name
        self._newest, self._all = newest, all_
        self._rows: deque[Row] = deque(maxlen=_WAITING)
        self._sound: bool | None = None  # whether the file holds all but `_rows`; None: not known
        self._tail: deque[Row] = deque(maxlen=50)  # of the file as it was made

    def add(self, row: Row) -> None:
        """One more line, as soon as it is written; the journal has it already."""
        if len(self._rows) == _WAITING:
            self._sound = False
        self._rows.append(row)

    def write(self) -> None:
        """Write what is new. Raises `OSError`; then it is tried again, on a file made anew."""
        if self._sound is None:
            self._sound = self._writer.newest(self._name) == self._newest() is not None
        waiting = self._taken()
        if self._sound and not waiting and self._writer.has(self._name):
            return
        sound, self._sound = self._sound, False
        if sound:
            with contextlib.suppress(FileNotFoundError):  # somebody deleted it
                self._writer.append(self._name, waiting)
                self._sound = True
                return
        self._writer.put_lines(self._name, self._noting(self._all()))
        self._sound = True

    def _taken(self) -> list[Row]:
        """What waits, less what the journal had already when the file was made of it."""
        waiting = [self._rows.popleft() for _ in range(len(self._rows))]
        return [row for row in waiting if row not in self._tail]

    def _noting(self, rows: Iterable[Row]) -> Iterator[Row]:
        self._tail.clear()
        for row in rows:
            self._tail.append(row)
            yield row


def trade_line(trade: ClosedTrade) -> Row:
    """A line of `trades.jsonl`."""
    return {
        "id": trade.id,
        "venue": venue_of(trade.key),
        "symbol": symbol_of(trade.key),
        "strategy": trade.strategy,
        "side": trade.direction.word,
        "entry_time": trade.entry_time,
        "entry_price": number(trade.entry_price),
        "quantity": number(trade.quantity),
        "exit_time": trade.exit_time,
        "exit_price": number(trade.exit_price),
        "exit_reason": trade.exit_reason.value,
        "leverage": number(trade.leverage),
        "fees": number(trade.fees),
        "funding": number(trade.funding),
        "pnl": number(trade.pnl),
        "pnl_percent": number(trade.pnl_percent),
        "opened_at": trade.opened_at / 1_000,
        "closed_at": trade.closed_at / 1_000,
    }


def equity_line(venue: str, at: Millis, equity: float, cash: float) -> Row:
    """A line of `equity.jsonl`."""
    return {"at": at / 1_000, "venue": venue, "equity": number(equity), "cash": number(cash)}


def trades_of(writer: PanelWriter, name: str, history: History) -> Ledger:
    """The closed trades of all venues."""

    def newest() -> Row | None:
        found = history.trades(newest=1)
        return trade_line(found[-1]) if found else None

    def all_() -> Iterator[Row]:
        return map(trade_line, history.trades(newest=NEWEST_TRADES))

    return Ledger(writer, name, newest, all_)


def equity_of(writer: PanelWriter, name: str, history: History, venues: Iterable[str]) -> Ledger:
    """The equity curves of these venues together, by time."""
    ours = tuple(venues)

    def newest() -> Row | None:
        points = [(venue, point) for venue in ours if (point := history.newest_equity(venue))]
        if not points:
            return None
        venue, last = sorted(points, key=lambda found: found[1].at)[-1]  # of equals the last
        return equity_line(venue, *last)

    def all_() -> Iterator[Row]:
        curves = (thinned(venue, history.equity(venue)) for venue in ours)
        return iter(sorted(chain.from_iterable(curves), key=lambda row: row["at"]))

    return Ledger(writer, name, newest, all_)


def thinned(venue: str, points: tuple[EquityPoint, ...]) -> Iterator[Row]:
    """At most a point a minute, of what is older than a week one an hour."""
    dense_from = points[-1].at - DENSE if points else 0
    last = -1
    for at, equity, cash in points:
        step = MINUTE if at >= dense_from else HOUR
        if at // step != last // step or last < 0:
            last = at
            yield equity_line(venue, at, equity, cash)
