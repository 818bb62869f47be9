"""What the terminal shows at the start and at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

import trader
from config.logging import console_stream
from config.settings import Settings
from trader.domain.instrument import symbol_of
from trader.domain.money import plain
from trader.engine.engine import Engine
from trader.engine.state import VenueState
from trader.shell.reporter import Figures
from trader.shell.wording import PLAIN, Words

LABELS = ("market", "settings", "data", "record", "panel", "note", "stop")
_SHOWN = 6  # symbols of a venue
_COLOURS = {"demo": "cyan", "paper": "green", "testnet": "yellow", "live": "red"}


def console() -> Console:
    """Where people read; 120 columns where nobody tells how many there are."""
    stream = console_stream()
    return Console(file=stream, width=None if stream.isatty() else 120)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the banner names besides settings and books. `record`: where the session is recorded."""

    market: str
    log_file: str
    data_dir: str
    notices: tuple[str, ...] = ()
    no_symbols: str = "this market has none of this venue"
    record: str = ""
    say: Words = PLAIN


def banner(console: Console, settings: Settings, engine: Engine, around: Surroundings) -> None:
    """Mode, settings, venues, symbols, strategy, capital and the most that may be lost today."""
    mode, say = settings.mode, around.say
    rows = [
        ("market", say.of(around.market)),
        ("settings", say("changed", changed=settings.changed, version=settings.version)),
        *(row for venue in engine.state.venues.values() for row in _venue(venue, around)),
        *_addresses(settings, say),
        ("data", say("log", data=around.data_dir, log=around.log_file)),
        *([("record", around.record)] if around.record else []),
        ("panel", say("panel_how")),
        *(("note", say.of(notice)) for notice in around.notices),
        ("stop", say("stop_how")),
    ]
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)  # a long text goes on below itself, not below the labels
    for name, text in rows:
        table.add_row(Text(say(name) if name in LABELS else name), Text(text))
    title = f"{mode.upper()} · auto trader {trader.__version__}"
    what = say("no_money" if mode != "live" else "money")
    colour = _COLOURS.get(mode, "white")
    panel = Panel(table, title=f"{title} · {what}", border_style=colour, expand=False)
    console.print(panel, highlight=False)


def _addresses(settings: Settings, say: Words) -> Iterable[tuple[str, str]]:
    """Addresses that are not the venues' own."""
    venues = settings.venues if settings.mode != "demo" else ()
    for venue in venues:
        rest, stream = settings.system.endpoints(venue)
        if rest or stream:
            own = say("address_own")
            yield "address", say("address", venue=venue, rest=rest or own, stream=stream or own)


def _venue(venue: VenueState, around: Surroundings) -> Iterable[tuple[str, str]]:
    p, say = venue.parameters, around.say
    names = ", ".join(share.name for share in p.strategies)
    strategies = f"{p.preset} ({names})" if p.preset else names
    yield venue.name, _symbols(venue, strategies, around)
    capital, quote = f"{venue.last_equity:,.0f}", venue.capabilities.quote
    most = p.max_daily_loss_pct * venue.last_equity
    key = "capital" if most else "capital_unlimited"
    told = [say(key, capital=capital, quote=quote, most=f"{most:,.0f}")]
    if venue.holding:
        told.append(say("restored", count=len(venue.holding)))
    yield "", "; ".join(told)


def _symbols(venue: VenueState, strategies: str, around: Surroundings) -> str:
    say, frame = around.say, venue.parameters.timeframe
    symbols = [symbol_of(s.key) for s in venue.symbols.values() if s.listed]
    if not symbols:
        why = say.of(around.no_symbols)
        return say("trades_none", strategies=strategies, timeframe=frame, why=why)
    shown = ", ".join(symbols[:_SHOWN]) + (" ..." if len(symbols) > _SHOWN else "")
    return say("trades", strategies=strategies, timeframe=frame, count=len(symbols), symbols=shown)


@dataclass(frozen=True, slots=True)
class Run:
    """What the table at the end tells besides the books. `seconds` that the run took."""

    figures: Figures
    seconds: float
    mode: str
    say: Words = PLAIN


def exit_table(console: Console, engine: Engine, run: Run) -> None:
    """Run time, trades, result per venue, and what stays open with what protects it."""
    say, figures = run.say, run.figures
    title = say("run", mode=run.mode.upper(), seconds=f"{run.seconds:,.0f}")
    table = Table(title=title, title_justify="left")
    for column in ("venue", "equity", "pnl", "fees", "drawdown", "open"):
        table.add_column(say(column), justify="left" if column == "venue" else "right")
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
    console.print(say("closed", trades=figures.trades, wins=figures.wins), markup=False)
    for venue in engine.state.venues.values():
        for line in _open_positions(venue, say):
            console.print(line, markup=False, highlight=False)


def _open_positions(venue: VenueState, say: Words) -> Iterable[str]:
    for key, held in venue.holding.items():
        position = held.position
        guarded = bool(held.protection.orders)
        told = say(
            "still_open",
            side=say(position.direction.word),
            symbol=f"{venue.name} {symbol_of(key)}",
            quantity=plain(position.quantity),
            price=plain(round(position.entry_price, 8)),
            guard=say("guarded", venue=venue.name) if guarded else say("bare"),
        )
        yield f"  {told}"
