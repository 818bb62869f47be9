"""The written report of a download: one JSON file beside each candle file, one table for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trader.backtest import figures
from trader.backtest.archive.arguments import Order
from trader.backtest.archive.fetching import Fetched
from trader.domain.errors import BadInput
from trader.domain.instrument import symbol_of
from trader.domain.spans import Span
from trader.storage.candles import CandleStore
from trader.storage.cleaning import Cleaning, cleaning_of
from trader.storage.kinds import TIME, is_candles, kind_of
from trader.storage.whole import replacing

_NOTHING = "the exchange has nothing in this span"

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class Entry:
    """One file after a download: `span` its first and last time, None when there is no file.

    `cleaning` is None where there are no candles of trades.
    """

    fetched: Fetched
    path: Path
    span: Span | None = None
    cleaning: Cleaning | None = None

    @property
    def what(self) -> str:
        """`BTC/KRW 1h`."""
        return str(self.fetched.wish)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        came = self.fetched.came
        counts = {"rows": came.rows, "new": came.new, "revised": came.revised}
        return {
            "file": str(self.path),
            "symbol": symbol_of(self.fetched.wish.key),
            "data": self.fetched.wish.what,
            **counts,
            "listed": came.listed,
            "problem": self.fetched.problem or None,
            "cleaning": self.cleaning.as_json() if self.cleaning else None,
        }


def written(order: Order, fetched: list[Fetched]) -> list[Entry]:
    """Look at every file that was fetched and write its report beside it. Raises `OSError`."""
    store = CandleStore(order.folder)
    return [_entry(store, one) for one in fetched]


def report_path(path: Path) -> Path:
    """`upbit__BTC-KRW__1h.report.json` of a candle file."""
    return path.with_suffix(".report.json")


def _entry(store: CandleStore, fetched: Fetched) -> Entry:
    wish = fetched.wish
    path = store.path(wish.key, wish.what)
    if not path.exists():
        return Entry(fetched, path)
    try:
        columns = store.columns(wish.key, wish.what)
    except BadInput as error:
        fetched.problem = str(error)
        return Entry(fetched, path)
    time = columns[TIME]
    fetched.came.rows = len(time)
    span = (int(time[0]), int(time[-1])) if len(time) else None
    if span is None or not is_candles(wish.what):
        return Entry(fetched, path, span)
    asked, repairs = store.asked(wish.key, wish.what), store.repairs(wish.key, wish.what)
    cleaning = cleaning_of(columns, kind_of(wish.what).step, asked, repairs)
    entry = Entry(fetched, path, span, cleaning)
    with replacing(report_path(path)) as draft:
        draft.write_text(json.dumps(entry.as_json(), indent=2) + "\n", "utf-8")
    return entry


def table(order: Order, entries: list[Entry]) -> Table:
    """One line a file: what is there, what is missing, what is odd."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{order.venue} -> {order.folder}")
    found = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", padding=(0, 1, 0, 0))
    for name in ("market", "data", "from", "to"):
        found.add_column(name, no_wrap=True)
    for name in ("rows", "new", "missing", "spikes", "silent"):
        found.add_column(name, justify="right", no_wrap=True)
    for entry in entries:
        found.add_row(*map(Text, _cells(entry)))
    return found


def _cells(entry: Entry) -> tuple[str, ...]:
    wish, came, clean = entry.fetched.wish, entry.fetched.came, entry.cleaning
    days = [figures.day(at) for at in entry.span or ()] or ["", ""]
    cells = (symbol_of(wish.key), wish.what, *days, f"{came.rows:,}", f"{came.new:,}")
    if clean is None:
        return cells
    odd = (clean.gaps.missing, len(clean.spikes), clean.zero_volume)
    return (*cells, *(f"{number:,}" for number in odd))


def remarks(entries: list[Entry]) -> list[str]:
    """What a table cannot say, a sentence each."""
    return [text for entry in entries for text in _remarks(entry)]


def _remarks(entry: Entry) -> list[str]:
    came, clean, found = entry.fetched.came, entry.cleaning, []
    if not came.rows and not entry.fetched.problem:
        found.append(_NOTHING if came.asked else "no candle of this span has ended yet")
    if came.listed is not None and clean is not None:
        found.append(f"the exchange has nothing before {figures.moment(came.listed)}")
    if came.revised:
        found.append(f"{came.revised:,} rows read differently now and were replaced")
    if any(came.repairs.values()):
        repairs = ", ".join(f"{n.replace('_', ' ')} {c:,}" for n, c in came.repairs.items() if c)
        found.append(f"repaired or dropped: {repairs}")
    found += _oddities(clean) if clean else []
    return [f"{entry.what}: {text}" for text in found]


def _oddities(clean: Cleaning) -> list[str]:
    found = [_gaps(clean)] if clean.gaps.count else []
    if clean.spikes:
        times = ", ".join(map(figures.moment, clean.spikes[:3]))
        more = " ..." if len(clean.spikes) > 3 else ""
        found.append(f"spikes at {times}{more}, kept as they are")
    return found


def _gaps(clean: Cleaning) -> str:
    gaps = clean.gaps
    longest = f"the longest of {gaps.longest:,} at {figures.moment(gaps.longest_at or 0)}"
    none = f"{gaps.unasked:,} of them not asked for" if gaps.unasked else "the exchange has none"
    return f"{gaps.missing:,} candles are missing in {gaps.count:,} gaps, {longest}; {none}"


def next_command(order: Order, entries: list[Entry]) -> str:
    """What to type next, for the first candle length that was fetched."""
    ready = [e for e in entries if e.cleaning and e.fetched.wish.what == order.timeframes[0]]
    if not ready:
        return ""
    if len(ready) == 1:
        return f"python run_backtest.py --data {ready[0].path}"
    symbols = ",".join(symbol_of(entry.fetched.wish.key) for entry in ready)
    return (
        f"python run_backtest.py --data {order.folder} --venue {order.venue} "
        f"--timeframe {order.timeframes[0]} --symbols {symbols}"
    )
