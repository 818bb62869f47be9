"""The command line of `run_bot.py`: flags with their units, and errors as one sentence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trader.domain.errors import BadInput
from trader.domain.time import Millis
from trader.shell.options import Options


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    options: Options
    check: bool
    debug: bool
    restore: str | None = None


class _Parser(argparse.ArgumentParser):
    """Wrong usage is one sentence and exit code 2, like every other wrong input."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise BadInput(f"{message}; see python run_bot.py --help")


def parsed(words: Sequence[str]) -> Wish:
    """Raises `BadInput` for wrong usage; `--help` prints and exits."""
    given = _parser().parse_args(list(words))
    named = given.env_file is not None
    flags = {
        "MODE": given.mode,
        "VENUES": given.venues,
        "DEMO_SPEED": given.speed,
        "DEMO_SEED": given.seed,
    }
    options = Options(
        env_file=given.env_file or Path(".env"),
        env_must_exist=named,
        data_dir=given.data_dir,
        log_dir=given.log_dir,
        flags={name: value for name, value in flags.items() if value is not None},
        market=tuple(given.market or ()),
        market_start=None if given.start is None else moment(given.start),
        record=given.record,
        duration=_duration(given.duration),
    )
    return Wish(options, given.check, given.debug, given.restore_settings)


def moment(text: str) -> Millis:
    """An ISO date or time (UTC without zone) as ms. Raises `BadInput`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"'{text}' is no date; write for example 2025-03-01 or 2025-03-01T12:00"
        ) from (None)
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000)


def _duration(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0.0 < seconds < 1e9:
        raise BadInput(f"--duration {text} must be a number of seconds above 0")
    return seconds


def _parser() -> _Parser:
    parser = _Parser(
        prog="run_bot.py",
        description="Starts the trading daemon. Without .env and keys it runs in demo mode.",
        epilog="exit codes: 0 success, 1 failure, 2 wrong usage or settings, 3 another bot runs "
        "on that data directory, 4 a venue refuses the keys, 130 left by a second Ctrl-C",
    )
    add = parser.add_argument
    add("--mode", metavar="MODE", help="demo, paper, testnet or live (default: MODE, demo)")
    add("--check", action="store_true",
        help="preflight: settings, disk, venues; one line each, then exit")  # fmt: skip
    add("--restore-settings", metavar="VERSION",
        help="put a former settings file back, from env_history in the data directory: its name, "
        "or last for the one before the newest change; then exit")  # fmt: skip
    add("--env-file", type=Path, metavar="PATH", help="settings file (default: .env)")
    add("--data-dir", type=Path, default=Path("data"), metavar="PATH",
        help="books and views (default: data)")  # fmt: skip
    add("--log-dir", type=Path, default=Path("logs"), metavar="PATH",
        help="log files (default: logs)")  # fmt: skip
    add("--venues", metavar="LIST", help="upbit,binance_spot,binance_futures (default: VENUES)")
    add("--speed", metavar="N", help="demo: market seconds per second (default: DEMO_SPEED, 60)")
    add("--seed", metavar="N", help="demo: which invented market (default: DEMO_SEED, 1)")
    add("--market", type=Path, nargs="+", metavar="PATH",
        help="demo: play recorded candle files, or a folder of them, instead")  # fmt: skip
    add("--start", metavar="DATE",
        help="demo with --market: ISO date or time, UTC (default: a good moment)")  # fmt: skip
    add("--record", type=Path, metavar="DIR",
        help="write the session into this folder, for run_backtest.py replay DIR")  # fmt: skip
    add("--duration", metavar="SECONDS", help="stop in order by itself (default: never)")
    add("--debug", action="store_true", help="show tracebacks")
    return parser


def write_anything() -> None:
    """Consoles that cannot show a character (cp949) show a stand-in instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
