"""What happened last and what comes next, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import streamlit as st

from dashboard.figures import amount, arrow, money, price
from dashboard.holdings import holdings
from dashboard.pane import Pane
from trader.bridge.panel.schemas import AgendaRow, TradeLine

_LAST, _NEXT = 8, 6


class Happened(NamedTuple):
    """Seconds since 1970, and what to say of it."""

    at: float
    text: str


def last(pane: Pane) -> None:
    """Entries, exits and commands, newest first."""
    st.subheader(pane.words("overview.last"))
    account = pane.files.account().value
    wall = account.wall if account else float  # a demo's market has a clock of its own
    deeds = [one._replace(at=wall(one.at)) for one in (*_entries(pane), *_exits(pane))]
    found = sorted([*deeds, *_commands(pane)], reverse=True)[:_LAST]
    if not found:
        st.caption(pane.words("overview.last.none"))
        return
    st.text("\n".join(f"{pane.times.recent(one.at, pane.now)}  {one.text}" for one in found))


def _entries(pane: Pane) -> Iterator[Happened]:
    for one in holdings(pane.portfolios):
        if one.details is not None:
            word = pane.words("overview.entry" if one.quantity > 0 else "overview.entry_short")
            size = f"{price(abs(one.quantity))} @ {price(one.entry)}"
            where = pane.venue(one.venue)
            yield Happened(one.details.opened_at, f"{where}: {word} {one.symbol} {size}")


def _exits(pane: Pane) -> Iterator[Happened]:
    for trade in pane.files.trades().rows[-_LAST:]:
        yield Happened(trade.closed_at, _exit(pane, trade))


def _exit(pane: Pane, trade: TradeLine) -> str:
    quote = trade.symbol.partition("/")[2]
    reason = pane.words.of_code("exit", trade.exit_reason)
    result = f"{arrow(trade.pnl)} {money(trade.pnl, quote, sign=True)}"
    closed = pane.words("overview.exit", symbol=trade.symbol, reason=reason)
    share = amount(trade.pnl_percent, 2, sign=True)
    return f"{pane.venue(trade.venue)}: {closed} {result} ({share} %)"


def _commands(pane: Pane) -> Iterator[Happened]:
    for answer in (pane.status.commands if pane.status else ())[-_LAST:]:
        name = pane.words.of_code("command", answer.name)
        yield Happened(answer.at, f"{name}: {pane.words.of_code('result', answer.result)}")


def coming(pane: Pane) -> None:
    """The nearest candle closes, searches and ends of halts."""
    st.subheader(pane.words("overview.next"))
    reading = pane.files.agenda()
    rows = reading.value.rows if reading.value and not pane.condition.stale else ()
    alike: dict[tuple[float, str, str], list[AgendaRow]] = {}  # of three venues it is one line
    for row in rows:
        if row.at >= pane.now:
            alike.setdefault((round(row.at), row.what, row.subject), []).append(row)
    if not alike:
        st.caption(pane.words("overview.next.none"))
        return
    st.text("\n".join(_comes(pane, rows) for rows in list(alike.values())[:_NEXT]))


def _comes(pane: Pane, rows: list[AgendaRow]) -> str:
    row = rows[0]
    what = pane.words.of_code("agenda", row.what)
    subject = pane.words.of_code("halt", row.subject)
    where = ", ".join(pane.venue(one.venue) for one in rows if one.venue)
    told = " · ".join(part for part in (what, subject, where) if part)
    return f"{pane.times.clock(row.at)}  {told} ({pane.times.span(row.at - pane.now)})"
