"""The words of `download`, `list` and `verify`, read into values."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config import env_file
from config.reading import Context
from config.schema import QUOTES
from config.settings import load as load_settings
from trader.backtest.arguments import moment
from trader.backtest.choices import declared
from trader.backtest.names import symbol_named, venue_named
from trader.backtest.usage import Parser
from trader.domain.errors import BadInput
from trader.domain.instrument import BINANCE_FUTURES, VENUES
from trader.domain.spans import Span
from trader.domain.time import DAY, MINUTE, Millis, Timeframe
from trader.feeds.history.questions import length_name

STORE = Path("data/candles")
_FIRST = 1_262_304_000_000  # 2010-01-01: before any of these markets
_MOST_BOOKS = 3_600


@dataclass(frozen=True, slots=True)
class Order:
    """What to download. `span` ms UTC; `trades` minutes and `books` snapshots, 0 for none."""

    venue: str
    keys: tuple[str, ...]
    timeframes: tuple[str, ...]
    span: Span
    funding: bool
    mark: bool
    trades: int
    books: int
    folder: Path
    refill: bool
    json: bool
    address: str

    @property
    def candles(self) -> tuple[str, ...]:
        """`1h`, and `1h_mark` where mark prices are wanted."""
        return self.timeframes + tuple(f"{name}_mark" for name in self.timeframes if self.mark)


@dataclass(frozen=True, slots=True)
class Look:
    """What `list` and `verify` are asked."""

    folder: Path
    json: bool


def order_of(words: Sequence[str], now: Millis | None = None) -> Order:
    """Read the words of `download`. Raises `BadInput` and `SettingsError`."""
    given = _download_parser().parse_args(words)
    venue = venue_named(given.venue)
    if (given.funding or given.mark) and venue != BINANCE_FUTURES:
        raise BadInput("--funding and --mark are for perpetuals; add --venue binance_futures")
    return Order(
        venue=venue,
        keys=_keys(given.symbols, venue),
        timeframes=_timeframes(given.timeframe),
        span=_span(given, now or time.time_ns() // 1_000_000),
        funding=given.funding,
        mark=given.mark,
        trades=_count(given.trades, "--trades", 7 * 24 * 60),
        books=_count(given.books, "--books", _MOST_BOOKS),
        folder=given.folder,
        refill=given.refill,
        json=given.json,
        address=_address(venue, given.env_file, given.address),
    )


def look_of(words: Sequence[str], command: str, help_text: str) -> Look:
    """Read the words of `list` and `verify`. Raises `BadInput`."""
    parser = Parser(prog=f"run_backtest.py {command}", description=help_text)
    parser.add_argument("--folder", type=Path, default=STORE, metavar="DIR",
                        help=f"where the files lie (default: {STORE})")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print only JSON on stdout")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    given = parser.parse_args(words)
    if not given.folder.is_dir():
        raise BadInput(
            f"{given.folder}: no such folder yet; python run_backtest.py download makes it, "
            "--folder names another"
        )
    return Look(given.folder, given.json)


def _keys(text: str, venue: str) -> tuple[str, ...]:
    """`BTC,eth-krw` -> keys; what names no quote currency gets the venue's."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    whole = [word if set(word) & set("/-") else f"{word}/{QUOTES[venue]}" for word in words]
    keys = tuple(dict.fromkeys(f"{venue}:{symbol_named(word)}" for word in whole))
    if not keys:
        raise BadInput("--symbols names none; write for example --symbols BTC,ETH")
    return keys


def _timeframes(text: str) -> tuple[str, ...]:
    lengths = [Timeframe.parse(word.strip()).ms for word in text.split(",")]
    if any(length < MINUTE for length in lengths):
        raise BadInput("--timeframe: candles under one minute are not kept; use 1m or longer")
    return tuple(dict.fromkeys(length_name(length) for length in lengths))


def _span(given: argparse.Namespace, now: Millis) -> Span:
    """`--end` is at most now; `--start` beats `--days`."""
    end = min(moment(given.end, "--end") or now, now)
    if given.days <= 0:
        raise BadInput(f"--days {given.days}: at least 1")
    start = moment(given.start, "--start")
    start = max(_FIRST, end - given.days * DAY if start is None else start)
    if start >= end:
        raise BadInput("--start lies at or after the end; nothing is between them")
    return start, end


def _count(number: int, flag: str, most: int) -> int:
    if not 0 <= number <= most:
        raise BadInput(f"{flag} {number}: between 0 and {most}")
    return number


def _address(venue: str, path: Path | None, given: str | None) -> str:
    """The venue's REST address: the flag, the environment, the file; empty for its own."""
    key = f"{venue.upper()}_API_URL"
    env = env_file.ABSENT if path is None else env_file.read(path)
    if path is not None and env.missing:
        raise BadInput(f"{path}: no such file (--env-file)")
    address = given if given is not None else os.environ.get(key)
    flags = {} if address is None else {key: address}
    settings = load_settings(env, flags, Context(declared(), "backtest"))
    return settings.system.endpoints(venue)[0]


# fmt: off
def _download_parser() -> Parser:
    parser = Parser(
        prog="run_backtest.py download",
        description="Fetches candles from an exchange into the candle store, over its public "
        "interface: no keys. A second run asks only for what is missing.",
        epilog="example: python run_backtest.py download --venue binance_futures --symbols BTC,ETH "
        "--timeframe 1h,1m --days 90 --funding")
    _add_what(parser.add_argument_group("what"))
    _add_how(parser.add_argument_group("how"))
    return parser


def _add_what(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--venue", default="upbit", metavar="NAME",
        help=f"{', '.join(VENUES)} (default: upbit)")
    add("--symbols", default="BTC", metavar="A,B",
        help="markets, for example BTC,ETH/KRW; without quote currency the venue's, KRW or USDT "
        "(default: BTC)")
    add("--timeframe", default="1h", metavar="LENGTH[,LENGTH]",
        help="lengths of candles: 1m 5m 15m 1h 4h 1d (default: 1h)")
    add("--start", metavar="DATE",
        help="from when, ISO date or time, UTC, inclusive; before the listing there is nothing "
        "(default: --days before the end)")
    add("--end", metavar="DATE",
        help="until when, ISO date or time, UTC, exclusive (default: now; the candle that still "
        "forms is never stored)")
    add("--days", type=int, default=365, metavar="N",
        help="how many days before the end, unless --start is given (default: 365)")
    add("--funding", action="store_true", help="funding rates of the perpetuals too")
    add("--mark", action="store_true", help="candles of the mark price too (perpetuals)")
    add("--trades", type=int, nargs="?", const=60, default=0, metavar="MINUTES",
        help="trades of the newest MINUTES too, up to 7 days (default: none; 60 without a number)")
    add("--books", type=int, nargs="?", const=1, default=0, metavar="COUNT",
        help=f"order book snapshots too, one a second, up to {_MOST_BOOKS} (default: none; 1 "
        "without a number)")


def _add_how(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--folder", type=Path, default=STORE, metavar="DIR",
        help=f"the candle store (default: {STORE})")
    add("--refill", action="store_true",
        help="ask again for every hole, also where the exchange had nothing the last time")
    add("--json", action="store_true", help="print only JSON on stdout")
    add("--address", metavar="URL",
        help="scheme, host and port instead of the exchange's own (default: <VENUE>_API_URL of the "
        "environment, then of the --env-file)")
    add("--env-file", type=Path, metavar="PATH", help="read <VENUE>_API_URL from this .env")
    add("--debug", action="store_true", help="show the traceback of an error")
# fmt: on
