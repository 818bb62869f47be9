"""A whole comparison as one value, and as the JSON that other programs read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from trader.backtest.comparison import differences
from trader.backtest.comparison.differences import Figure, Matched, Row, Trade
from trader.backtest.comparison.runs import Run
from trader.domain.errors import BadInput

MOST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs against the first of them. `trades` holds one match a further run, in their order."""

    runs: tuple[Run, ...]
    asked: tuple[Row, ...]
    candles: tuple[Row, ...]
    figures: tuple[Figure, ...]
    trades: tuple[Matched, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """A, B, ...: what the runs are called in tables."""
        return tuple(ascii_uppercase[: len(self.runs)])


def compared(runs: Sequence[Run]) -> Comparison:
    """Compare two to five runs. Raises `BadInput` for fewer or more."""
    if not 2 <= len(runs) <= MOST_RUNS:
        raise BadInput(f"compare takes 2 to {MOST_RUNS} runs, not {len(runs)}")
    return Comparison(
        runs=tuple(runs),
        asked=tuple(differences.asked(runs)),
        candles=tuple(differences.candles(runs)),
        figures=tuple(differences.figures(runs)),
        trades=tuple(differences.matched(runs[0], other) for other in runs[1:]),
    )


def as_plain(made: Comparison) -> dict[str, Any]:
    """Plain values for JSON; each list stands in the order of the runs."""
    return {
        "runs": [run.name for run in made.runs],
        "asked": {row.name: list(row.values) for row in made.asked},
        "data": {row.name: list(row.values) for row in made.candles},
        "metrics": {
            one.name: {"values": list(one.values), "better": list(one.verdicts)}
            for one in made.figures
        },
        "trades": [_trades(match) for match in made.trades],
    }


def _trades(match: Matched) -> dict[str, Any]:
    return {
        "same": match.same,
        "resized": match.resized,
        "only_first": [dict(trade) for trade in match.only_first],
        "only_other": [dict(trade) for trade in match.only_other],
        "different": [_pair(pair) for pair in match.different],
    }


def _pair(pair: tuple[Trade, Trade]) -> dict[str, Any]:
    return {"first": dict(pair[0]), "other": dict(pair[1])}
