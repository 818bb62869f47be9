"""`python -m benchmarks.peers`: ours and others over the same bars, in one table a data set."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Sequence
from os import cpu_count
from pathlib import Path

from rich.console import Console

from benchmarks.peers import market
from benchmarks.peers.comparison import Market, compared
from benchmarks.peers.entrants import ENTRANTS, Entrant, Failed, Measured, measured, own_python
from benchmarks.peers.environments import NotInstalled, cache, interpreter
from benchmarks.peers.market import Bars
from benchmarks.peers.referee import Prices, signals, trades
from benchmarks.peers.table import LOOP, Comparisons, as_values, show

SWEPT = "synthetic"  # one sweep is enough


def main(words: Sequence[str]) -> int:
    """Measure, print; 2 for a name that is none. What cannot be installed is a line, no failure."""
    asked = _parser().parse_args(words)
    chosen = [each for each in ENTRANTS if _meant(each, asked.only)]
    if not chosen:
        names = ", ".join(each.name for each in ENTRANTS)
        sys.stderr.write(f"{', '.join(asked.only)}: nobody of that name; there are {names}\n")
        return 2
    console = Console(stderr=asked.json)
    console.print(
        f"{platform.machine()}, {platform.python_implementation()} {platform.python_version()}, "
        f"{cpu_count()} cores; environments of others in {cache()}"
    )
    values = [_data_set(kind, chosen, console) for kind in asked.data or market.KINDS]
    if asked.json:
        sys.stdout.write(json.dumps([value for value in values if value], indent=2) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="who takes part; repeatable"
    )
    parser.add_argument("--data", action="append", choices=market.KINDS, help="which bars")
    parser.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    return parser


def _meant(entrant: Entrant, names: Sequence[str]) -> bool:
    return not names or any(entrant.name.startswith(name) for name in names)


def _data_set(kind: str, chosen: Sequence[Entrant], console: Console) -> dict[str, object]:
    """One table: every contestant over one kind of bars."""
    reason = market.missing(kind)
    if reason:
        console.print(f"{kind} bars: skipped: {reason}")
        return {}
    with console.status(f"{kind} bars"):
        bars = market.bars(kind, cache())
    found = [_measured(entrant, bars, console) for entrant in chosen]
    comparisons = _comparisons(found, bars)
    show(console, bars, found, comparisons)
    return as_values(kind, found, comparisons)


def _measured(entrant: Entrant, bars: Bars, console: Console) -> Measured:
    """Measured, or why not."""
    try:
        with console.status(f"{bars.kind} bars: {entrant.title}"):
            python = _python(entrant, console)
            return measured(entrant, python, bars, swept=bars.kind == SWEPT)
    except NotInstalled as error:
        return Measured(entrant, skipped=f"it could not be installed: {error}")
    except Failed as error:
        return Measured(entrant, skipped=str(error))


def _python(entrant: Entrant, console: Console) -> Path:
    if entrant.package is None:
        return own_python()
    return interpreter(entrant.package, cache(), console.print)


def _comparisons(found: Sequence[Measured], bars: Bars) -> Comparisons:
    """Everybody's trades beside those of our first engine that ran, a plain loop's as well."""
    columns = bars.prices()
    judged = Market(Prices.of(columns), signals(columns[3]))
    loop = trades(judged.prices, judged.signals.buy)
    ran = [each for each in found if each.ran]
    first = next((each for each in ran if each.entrant.ours), None)
    reference = loop if first is None else first.once.trades
    beside = {
        each.entrant.title: compared(reference, each.once.trades, judged, each.entrant.departures)
        for each in ran
        if each is not first
    }
    if first is not None:
        beside[LOOP] = compared(reference, loop, judged, ())
    return Comparisons(LOOP if first is None else first.entrant.title, beside)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
