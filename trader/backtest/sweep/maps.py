"""A sweep as a section of the report: a heat map of each pair of parameters, and who leads."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import combinations
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest.objectives import LEAST_TRADES
from trader.backtest.reporting.charts import heat_map
from trader.backtest.reporting.markup import Html, section
from trader.backtest.reporting.tables import plain_table
from trader.backtest.reporting.wording import Say
from trader.backtest.sweep.grid import Grid
from trader.backtest.sweep.ranking import Ranking

if TYPE_CHECKING:
    from trader.domain.candles import Floats

MOST_CELLS, MOST_MAPS, LEADERS = 2_500, 10, 10


def sections(grid: Grid, ranking: Ranking, objective: str, say: Say) -> tuple[Html, Html]:
    """The parts of `report.html` that show the whole sweep."""
    body = Html("".join(_maps(grid, ranking, say)))
    hint = say("maps_hint", least=LEAST_TRADES)
    return (
        section(say("maps", objective=objective), body, hint),
        section(say("leaders"), _leaders(grid, ranking, say), say("caution")),
    )


def best_over_others(values: Floats, sizes: tuple[int, ...], kept: tuple[int, ...]) -> Floats:
    """The largest value for each place of the axes `kept`; NaN where there is none.

    `values`: one a combination by number; `sizes`: how many values each axis has.
    """
    cube = np.where(np.isnan(values), -np.inf, values).reshape(sizes)
    others = tuple(n for n in range(len(sizes)) if n not in kept)
    best = cube.max(axis=others)
    return np.where(np.isneginf(best), np.nan, best)


def _maps(grid: Grid, ranking: Ranking, say: Say) -> list[str]:
    sizes = tuple(map(len, grid.axes))
    wide = [n for n, size in enumerate(sizes) if size > 1] or [0]
    pairs: Sequence[tuple[int, ...]] = [*combinations(wide, 2)][:MOST_MAPS]
    pairs = pairs or [(wide[0],)]
    values = np.array(ranking.values, dtype=np.float64)
    return [_map(grid, pair, best_over_others(values, sizes, pair), say) for pair in pairs]


def _map(grid: Grid, pair: tuple[int, ...], values: Floats, say: Say) -> str:
    rows, columns = grid.axes[pair[0]], grid.axes[pair[-1]]
    if values.size > MOST_CELLS:
        words = {"rows": rows.key, "columns": columns.key, "cells": f"{values.size:,}"}
        return f"<p>{escape(say('too_large', **words))}</p>"
    table = [[value if isfinite(value) else None for value in row] for row in _rows(values)]
    names = rows.cells if len(pair) > 1 else ("",)
    title = say("map_title", rows=rows.key, columns=columns.key) if len(pair) > 1 else rows.key
    return f"<h3>{escape(title)}</h3>{heat_map(names, columns.cells, table, _shown)}"


def _rows(values: Floats) -> list[list[float]]:
    found: list[list[float]] = np.atleast_2d(values).tolist()
    return found


def _leaders(grid: Grid, ranking: Ranking, say: Say) -> Html:
    names = [*(axis.key.upper() for axis in grid.axes), say("value")]
    leaders = ranking.leaders(LEADERS)
    rows = [[*grid.cells(number), _shown(ranking.values[number])] for number in leaders]
    return plain_table(names, rows)


def _shown(value: float) -> str:
    return f"{value:+.4g}"
