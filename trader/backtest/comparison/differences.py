"""What differs between runs: what was asked, the candles, the figures, the trades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from trader.backtest.comparison.runs import Run
from trader.backtest.reporting.tiles import metric_names

HIGHER, LOWER = 1, -1
BETTER = {  # in which direction a figure is better; the others are neither
    "total_return": HIGHER,
    "cagr": HIGHER,
    "final_equity": HIGHER,
    "sharpe": HIGHER,
    "sortino": HIGHER,
    "calmar": HIGHER,
    "win_rate": HIGHER,
    "profit_factor": HIGHER,
    "payoff_ratio": HIGHER,
    "expectancy": HIGHER,
    "best_trade": HIGHER,
    "worst_trade": HIGHER,
    "break_even_fee": HIGHER,
    "max_drawdown": LOWER,
    "underwater_days": LOWER,
    "longest_losing_streak": LOWER,
    "stopped_in_entry_candle": LOWER,
    "fees": LOWER,
    "funding": LOWER,
    "fee_share": LOWER,
}
_MONEY = (
    "final_equity", "expectancy", "best_trade", "worst_trade", "fees", "funding",
)  # fmt: skip
_ASKED = ("name", "venue", "symbols", "timeframe", "quote", "capital", "seed", "engine", "version")
_RESULT = ("entry_price", "exit_time", "exit_price", "exit_reason")
_SIZE = ("quantity", "fees", "funding", "pnl")
_KEY = ("venue", "symbol", "strategy", "side", "entry_time")
_CLOSE = 1e-9  # relative: both engines count the same trade, up to the last digits

Trade = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is not the same in all runs; None where a run does not have it."""

    name: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric in all runs. `verdicts`: 1 better than in the first run, -1 worse, 0 neither."""

    name: str
    values: tuple[float | None, ...]
    verdicts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Trades of two runs, matched by venue, symbol, strategy, side and time of entry.

    `resized` counts those that began and ended alike and made more or less by their size or costs.
    """

    only_first: tuple[Trade, ...]
    only_other: tuple[Trade, ...]
    different: tuple[tuple[Trade, Trade], ...]
    resized: int
    same: int


def asked(runs: Sequence[Run]) -> list[Row]:
    """What was asked differently: market, engine, then every parameter."""
    tops = [{name: run.content.get(name) for name in _ASKED} for run in runs]
    return [*_rows(tops), *_rows([run.content["parameters"] for run in runs])]


def candles(runs: Sequence[Run]) -> list[Row]:
    """What differs in the candles, symbol by symbol."""
    symbols = [{file.get("symbol") for file in run.content["data"]} for run in runs]
    shared = set.intersection(*symbols)
    return _rows([dict(_described(run.content["data"], shared)) for run in runs])


def figures(runs: Sequence[Run]) -> list[Figure]:
    """Every metric that one of the runs has, in the report's order; unknown ones after it."""
    there = {name for run in runs for name in run.metrics}
    names = [name for name in metric_names() if name in there]
    names += sorted(there.difference(names))
    alike = len({(run.quote, run.content.get("capital")) for run in runs}) == 1
    return [_figure(name, runs, alike=alike) for name in names]


def matched(first: Run, other: Run) -> Matched:
    """The trades of two runs against each other, in the order in which they were entered."""
    ours, theirs = _by_key(first.trades), _by_key(other.trades)
    both = [(ours[key], theirs[key]) for key in ours if key in theirs]
    different = tuple(pair for pair in both if not _alike(pair, _RESULT))
    resized = sum(_alike(pair, _RESULT) and not _alike(pair, _SIZE) for pair in both)
    return Matched(
        only_first=tuple(trade for key, trade in ours.items() if key not in theirs),
        only_other=tuple(trade for key, trade in theirs.items() if key not in ours),
        different=different,
        resized=resized,
        same=len(both) - len(different) - resized,
    )


def _rows(contents: Sequence[Mapping[str, Any]]) -> list[Row]:
    names = dict.fromkeys(name for content in contents for name in content)
    rows = [Row(name, tuple(content.get(name) for content in contents)) for name in names]
    return [row for row in rows if any(value != row.values[0] for value in row.values)]


def _described(
    files: Iterable[Mapping[str, Any]], shared: Iterable[Any]
) -> Iterable[tuple[str, Any]]:
    """Of a symbol that all runs have everything, of another its file."""
    for file in files:
        symbol = file.get("symbol")
        for name in file if symbol in shared else ("file",):
            if name != "symbol":
                yield f"{symbol} {name}", _repaired(file.get(name))


def _repaired(value: Any) -> Any:
    """Of repairs only those that were made."""
    if isinstance(value, dict):
        return {name: count for name, count in value.items() if count}
    return value


def _figure(name: str, runs: Sequence[Run], *, alike: bool) -> Figure:
    values = tuple(run.metrics.get(name) for run in runs)
    direction = BETTER.get(name, 0) if alike or name not in _MONEY else 0
    return Figure(name, values, tuple(_verdict(values[0], value, direction) for value in values))


def _verdict(first: float | None, value: float | None, direction: int) -> int:
    if first is None or value is None or isclose(first, value, rel_tol=_CLOSE, abs_tol=1e-12):
        return 0
    return direction if value > first else -direction


def _by_key(trades: Iterable[Trade]) -> dict[tuple[Any, ...], Trade]:
    """By key, and by number where one candle saw the same entry more than once."""
    found: dict[tuple[Any, ...], Trade] = {}
    for trade in sorted(trades, key=_entered):
        key = tuple(trade[name] for name in _KEY)
        number = 0
        while (*key, number) in found:
            number += 1
        found[*key, number] = trade
    return found


def _entered(trade: Trade) -> tuple[Any, ...]:
    return trade["entry_time"], trade["symbol"], trade["exit_time"]


def _alike(pair: tuple[Trade, Trade], names: Iterable[str]) -> bool:
    return all(_equal(pair[0][name], pair[1][name]) for name in names)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=_CLOSE, abs_tol=1e-9)
    return bool(one == other)
