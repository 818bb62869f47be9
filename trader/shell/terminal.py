"""What the terminal shows at the start and at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

import trader
from config.settings import Settings
from trader.domain.instrument import symbol_of
from trader.domain.money import plain
from trader.engine.engine import Engine
from trader.engine.state import VenueState
from trader.shell.reporter import Figures

_COLOURS = {"demo": "cyan", "paper": "green", "testnet": "yellow", "live": "red"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the banner names besides settings and books."""

    market: str
    log_file: str
    data_dir: str
    notices: tuple[str, ...] = ()
    no_symbols: str = "this market has none of this venue"


def banner(console: Console, settings: Settings, engine: Engine, around: Surroundings) -> None:
    """Mode, settings, venues, symbols, strategy, capital and the most that may be lost today."""
    mode = settings.mode
    lines = [
        f"market    {around.market}",
        f"settings  {settings.changed} differ from their defaults, version {settings.version}",
    ]
    lines += [line for venue in engine.state.venues.values() for line in _venue(venue, around)]
    lines += _addresses(settings)
    lines += [
        f"data      {around.data_dir}    log {around.log_file}",
        "panel     python run_dashboard.py  ->  http://127.0.0.1:8501",
        *around.notices,
        "stop      Ctrl-C once: ordered stop, positions stay; twice: at once",
    ]
    title = f"{mode.upper()} · auto trader {trader.__version__}"
    what = "no real money" if mode != "live" else "REAL MONEY"
    colour = _COLOURS.get(mode, "white")
    panel = Panel("\n".join(lines), title=f"{title} · {what}", border_style=colour, expand=False)
    console.print(panel, highlight=False, markup=False)


def _addresses(settings: Settings) -> Iterable[str]:
    """Addresses that are not the venues' own."""
    venues = settings.venues if settings.mode != "demo" else ()
    for venue in venues:
        rest, stream = settings.system.endpoints(venue)
        if rest or stream:
            shown = f"{rest or 'its own'}, stream {stream or 'its own'}"
            yield f"address   {venue:<16} {shown}"


def _venue(venue: VenueState, around: Surroundings) -> Iterable[str]:
    p, quote = venue.parameters, venue.capabilities.quote
    strategies = ", ".join(share.name for share in p.strategies)
    symbols = [symbol_of(s.key) for s in venue.symbols.values() if s.listed]
    shown = ", ".join(symbols[:6]) + (" ..." if len(symbols) > 6 else "")
    held = f"; {len(venue.holding)} positions restored" if venue.holding else ""
    most = p.max_daily_loss_pct * venue.last_equity
    yield (
        f"{venue.name:<16} {p.preset or strategies} ({strategies}, {p.timeframe})  "
        f"{len(symbols)} symbols: {shown or around.no_symbols}"
    )
    yield (
        f"{'':<16} capital {venue.last_equity:,.0f} {quote}, at most {most:,.0f} {quote} "
        f"lost today{held}"
    )


def exit_table(
    console: Console, engine: Engine, figures: Figures, seconds: float, mode: str
) -> None:
    """Run time, trades, result per venue, and what stays open with what protects it."""
    table = Table(title=f"{mode.upper()} · run of {seconds:,.0f} s", title_justify="left")
    for column in ("venue", "equity", "profit/loss", "fees", "drawdown", "open"):
        table.add_column(column, justify="left" if column == "venue" else "right")
    for name, venue in engine.state.venues.items():
        quote, equity = venue.capabilities.quote, venue.equity()
        peak = max(venue.peak_equity, venue.account.start)
        table.add_row(
            name,
            f"{equity:,.2f} {quote}",
            f"{figures.pnl.get(name, 0.0):+,.2f}",
            f"{figures.fees.get(name, 0.0):,.2f}",
            f"{max(0.0, 1 - equity / peak):.2%}",
            str(len(venue.holding)),
        )
    console.print(table)
    console.print(f"{figures.trades} trades closed, {figures.wins} with profit", markup=False)
    for venue in engine.state.venues.values():
        for line in _open_positions(venue):
            console.print(line, markup=False, highlight=False)


def _open_positions(venue: VenueState) -> Iterable[str]:
    for key, held in venue.holding.items():
        position = held.position
        guarded = bool(held.protection.orders)
        words = f"protected on {venue.name}" if guarded else "NOT protected while the bot is off"
        yield (
            f"  open: {position.direction.word} {symbol_of(key)} {plain(position.quantity)} "
            f"from {plain(round(position.entry_price, 8))}  {words}"
        )
