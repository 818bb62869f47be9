"""The words of `run_backtest.py`: every flag with its unit and default, read into one value."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trader.backtest.honesty.folds import KINDS, ROLLING
from trader.backtest.objectives import DEFAULT, OBJECTIVES, objective_named
from trader.backtest.usage import Parser
from trader.domain.errors import BadInput
from trader.domain.time import Millis

_MOST_WORKERS = 1_024
_FLAGS_OF_PARAMETERS = {  # a flag beats --set
    "preset": "STRATEGY_PRESET",
    "strategy": "STRATEGIES",
    "symbols": "SYMBOLS",
    "timeframe": "TIMEFRAME",
    "capital": "INITIAL_CAPITAL",
    "fee": "FEE",
    "slippage_bps": "SLIPPAGE_BPS",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked for. `parameters`: trading parameters by their names, as written."""

    data: tuple[Path, ...]
    venue: str | None
    start: Millis | None
    end: Millis | None
    parameters: dict[str, str]
    funding: Path | None
    detail: tuple[str, ...]
    seed: int
    engine: str
    verify: bool
    out: Path | None
    json: bool
    language: str
    env_file: Path | None
    debug: bool
    walk_forward: int | None = None
    walk_forward_kind: str = ROLLING
    sensitivity: bool = False
    colours: str = "auto"
    grid: tuple[str, ...] = ()
    objective: str = DEFAULT
    workers: int | None = None
    cluster: str | None = None


class _Parser(Parser):
    """Lists strategies and presets only when asked for help."""

    def format_help(self) -> str:
        from trader.backtest.choices import choices_text

        self.epilog = choices_text()
        return super().format_help()


def parsed(argv: Sequence[str]) -> Arguments:
    """Read the command line. Raises `BadInput`; `--help` prints and leaves by `SystemExit`."""
    given = _parser().parse_args(argv)
    flags = {
        name: str(getattr(given, flag))
        for flag, name in _FLAGS_OF_PARAMETERS.items()
        if getattr(given, flag) is not None
    }
    start, end = moment(given.start, "--start"), moment(given.end, "--end")
    if start is not None and end is not None and start >= end:
        raise BadInput(f"--start {given.start} is not before --end {given.end}; exchange them?")
    return Arguments(
        data=tuple(given.data or ()),
        venue=given.venue,
        start=start,
        end=end,
        parameters=_assignments(given.set) | flags,
        funding=given.funding,
        detail=tuple(given.detail),
        seed=given.seed,
        engine=given.engine,
        verify=given.verify,
        out=given.out,
        json=given.json,
        language=given.language,
        env_file=given.env_file,
        debug=given.debug,
        walk_forward=given.walk_forward,
        walk_forward_kind=given.walk_forward_kind,
        sensitivity=given.sensitivity,
        colours=given.colours,
        grid=tuple(given.grid),
        objective=_objective(given.objective),
        workers=given.workers,
        cluster=given.cluster,
    )


def _assignments(texts: Iterable[str]) -> dict[str, str]:
    """`key=value` texts, names in either case; of the same name the last one counts."""
    found = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise BadInput(f"--set {text}: write it as key=value, for example k_value=0.4")
        found[key.strip().upper()] = value.strip()
    return found


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {_MOST_WORKERS}")
    return int(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no whole number") from None


def _objective(name: str) -> str:
    objective_named(name)  # a wrong word is found before anything is begun
    return name


def moment(text: str | None, flag: str) -> Millis | None:
    """An ISO date or time as ms UTC, None for None. Raises `BadInput` naming the flag."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"{flag} {text}: no ISO date; write for example 2024-01-31 or 2024-01-31T09:00"
        ) from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="run_backtest.py",
        description="Trade the past: a strategy on recorded candles, or on generated ones "
        "when no --data is given.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_data(parser.add_argument_group("data"))
    _add_trading(parser.add_argument_group("trading"))
    _add_honesty(parser.add_argument_group("honesty (docs/honesty.md)"))
    _add_sweep(parser.add_argument_group("sweep"))
    _add_output(parser.add_argument_group("output"))
    return parser


# fmt: off
# One flag, one sentence; units and defaults stand in the help.
def _add_data(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--data", nargs="+", type=Path, action="extend", metavar="PATH",
        help="candle files (.parquet .feather .csv) named VENUE__BASE-QUOTE__TIMEFRAME, or a "
        "folder of them (default: generated candles)")
    add("--venue", metavar="NAME",
        help="upbit, binance_spot or binance_futures; beats the file's name, picks in a folder "
        "(default: what the names say; upbit for generated candles)")
    add("--symbols", metavar="A,B",
        help="picks among several files, in this order, or names the symbol of one, "
        "for example BTC/KRW,ETH/KRW (default: all)")
    add("--timeframe", metavar="LENGTH",
        help="candles to trade on: 1m 5m 15m 1h 4h 1d; longer than the file's are made of its "
        "candles (default: the file's; 1h for generated candles)")
    add("--start", metavar="DATE",
        help="first candle that is traded, ISO date or time, UTC, inclusive; what lies before is "
        "history for indicators (default: the first)")
    add("--end", metavar="DATE",
        help="end of the traded span, ISO date or time, UTC, exclusive (default: after the last)")
    add("--funding", type=Path, metavar="PATH",
        help="funding rates of a perpetual, a file or a folder (default: VENUE__BASE-QUOTE__"
        "funding.parquet beside the candles; without one funding is 0)")
    add("--detail", nargs="+", default=(), metavar="FILE|auto",
        help="finer candles on which a candle that meets a level is walked; auto: the finest file "
        "beside the candles that covers the traded span (default: none)")
    add("--seed", type=_whole, default=1, metavar="N",
        help="of generated candles: the same seed makes the same market (default: 1)")


def _add_trading(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--preset", metavar="NAME",
        help="a bundle of strategy, timeframe and exits, listed below (default: none)")
    add("--strategy", metavar="NAME[:SHARE],...",
        help="strategies listed below, asked in this order; shares are fractions of the equity "
        "(default: breakout)")
    add("--set", action="append", default=[], metavar="KEY=VALUE",
        help="any trading parameter listed below, in either case, repeatable; fractions are "
        "fractions (take_profit_percent=0.05 is 5 %%)")
    add("--capital", metavar="AMOUNT",
        help="start capital in the quote currency (default: 1000000 KRW or 10000 USDT)")
    add("--fee", metavar="FRACTION",
        help="fee per fill as a fraction, 0.0005 is 0.05 %% (default: the venue's taker fee)")
    add("--slippage-bps", metavar="BPS",
        help="how far every fill is moved against the trader, in 1/100 %% (default: 2)")
    add("--engine", choices=("fast", "live"), default="fast",
        help="fast: the rules compiled; live: the daemon's own engine on the simulated venue, the "
        "same trades, far slower on long histories (default: fast)")
    add("--verify", action="store_true",
        help="run both engines and show where they differ; exit 1 when they do")


def _add_honesty(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--walk-forward", type=_whole, metavar="N",
        help="N folds: choose on the candles before, trade on the next ones, and compare; of one "
        "set of parameters nothing is chosen (default: none)")
    add("--walk-forward-kind", choices=KINDS, default=ROLLING,
        help="rolling: chosen on the three lengths before each test span; anchored: on all "
        "candles before it (default: rolling)")
    add("--sensitivity", action="store_true",
        help="move each parameter by 10 and 20 %% and show what becomes of the result")


def _add_sweep(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--grid", action="append", default=[], metavar="KEY=VALUES",
        help="try every combination: key=from:to:step (both ends included) or key=a,b,c of any "
        "trading parameter, repeatable; loss limits are off unless they are set (default: none)")
    add("--objective", default=DEFAULT, metavar="NAME",
        help=f"what the best combination is best in (default: {DEFAULT}, of the trades): "
        f"{', '.join(OBJECTIVES)}")
    add("--workers", type=_workers, metavar="N",
        help="processes that share the work and the candles' memory (default: one a core)")
    add("--cluster", metavar="ADDRESS",
        help="tcp://host:port of a Dask scheduler whose workers do the work "
        "(default: none; needs requirements-cluster.txt)")


def _add_output(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--out", type=Path, metavar="DIR",
        help="folder of result.json, trades.csv, equity.csv and report.html "
        "(default: data/backtests/<UTC time>_<name>)")
    add("--json", action="store_true", help="print only the content of result.json on stdout")
    add("--language", choices=("auto", "en", "ko"), default="auto",
        help="language of report and table (default: auto, which is LANGUAGE of the --env-file, "
        "then the terminal's)")
    add("--colours", choices=("auto", "kr", "intl", "cb"), default="auto",
        help="of gains and losses in the report: kr red and blue, intl green and red, cb "
        "orange and blue for the colour-blind (default: auto, kr in Korean and intl elsewhere)")
    add("--env-file", type=Path, metavar="PATH",
        help="read parameters from this .env; without it no .env is read")
    add("--debug", action="store_true", help="show the traceback of an error")
# fmt: on
