"""The words of `run_backtest.py replay`, read into one value."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trader.backtest.arguments import moment
from trader.backtest.usage import Parser
from trader.domain.errors import BadInput
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.time import Millis


@dataclass(frozen=True, slots=True)
class Asked:
    """What to replay and what to show: [start, end) in the market's time (ms), None: open.

    `symbols` are `BTC/KRW` or `upbit:BTC/KRW`; none: all.
    """

    folder: Path
    start: Millis | None
    end: Millis | None
    symbols: tuple[str, ...]
    json: bool
    backtest: bool
    language: str = "auto"

    def about(self, place: str) -> bool:
        """Whether a key was asked for; a venue or nothing at all belongs to every symbol's."""
        if not self.symbols:
            return True
        if ":" in place:
            return place in self.symbols or symbol_of(place) in self.symbols
        venues = {venue_of(one) for one in self.symbols if ":" in one}
        return not place or not venues or place in venues

    def within(self, at: Millis) -> bool:
        """Whether a moment is to be shown; what ends the recording never reaches this far."""
        return self.start is None or at >= self.start


def asked(words: Sequence[str]) -> Asked:
    """Read the command line. Raises `BadInput`; `--help` prints and leaves by `SystemExit`."""
    given = _parser().parse_args(words)
    start, end = moment(given.start, "--from"), moment(given.end, "--to")
    if start is not None and end is not None and start >= end:
        raise BadInput(f"--from {given.start} is not before --to {given.end}; exchange them?")
    symbols = tuple(word.strip() for word in given.symbols.split(",") if word.strip())
    return Asked(given.folder, start, end, symbols, given.json, given.backtest, given.language)


# fmt: off
def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="run_backtest.py replay", allow_abbrev=False,
        description="Decide a recorded session again (run_bot.py --record DIR) and explain every "
        "difference; exit 1 when one is unexplained. See docs/replay.md.",
    )
    add = parser.add_argument
    add("folder", type=Path, metavar="DIR", help="what run_bot.py --record wrote")
    add("--from", dest="start", metavar="DATE",
        help="show what differs from this moment on, ISO date or time of the market, UTC; the "
        "replay itself begins where the bot did (default: its start)")
    add("--to", dest="end", metavar="DATE",
        help="stop before this moment (default: the end)")
    add("--symbols", default="", metavar="A,B",
        help="show what differs for these, BTC/KRW or upbit:BTC/KRW (default: all)")
    add("--backtest", action="store_true",
        help="instead: an ordinary backtest of the recorded candles with the recorded parameters, "
        "compared with the recorded trades")
    add("--json", action="store_true", help="print only JSON on stdout")
    add("--language", choices=("auto", "en", "ko"), default="auto",
        help="of tables and sentences (default: auto, which is the terminal's)")
    add("--debug", action="store_true", help="show the traceback of an error")
    return parser
# fmt: on
