"""What a finished sweep leaves behind: `grid.csv`, and the best combination as a backtest."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trader import __version__
from trader.backtest import results
from trader.backtest.sweep.grid import Grid
from trader.backtest.sweep.preparing import Sweep
from trader.backtest.sweep.work import Row
from trader.bridge.files import write_whole
from trader.storage.whole import replacing

GRID = "grid.csv"


def write_grid(path: Path, grid: Grid, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """One row a combination in the order of their numbers. Raises `OSError`.

    Parameters by their names as they were written, then the metrics by the names of
    `result.json`, then `objective`, what was compared. Undefined is empty.
    """
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*(axis.key for axis in grid.axes), *columns, "objective"])
        writer.writerows(_cells(grid, columns, row) for row in rows)


def _cells(grid: Grid, columns: tuple[str, ...], row: Row) -> list[str]:
    values = (*(row.metrics[name] for name in columns), row.value)
    return [*grid.cells(row.number), *map(_number, values)]


def _number(value: float | None) -> str:
    return "" if value is None else repr(value + 0 if type(value) is int else value + 0.0)


def summary(sweep: Sweep, best: Row | None, measured: int, aside: Iterable[int]) -> dict[str, Any]:
    """What `result.json` says besides a backtest's own content."""
    grid = sweep.work.grid
    reasons = {
        key: {"count": count, "first": text}
        for key, (count, text) in sweep.left_out.reasons.items()
    }
    about = {
        "objective": sweep.work.objective,
        "grid": {axis.key: list(axis.cells) for axis in grid.axes},
        "combinations": len(grid),
        "measured": measured,
        "left_out": reasons,
        "set_aside": [named(grid, number) for number in aside],
        "loss_limits_off": list(sweep.limits_off),
    }
    return {"sweep": about, "best": None if best is None else _best(grid, best)}


def named(grid: Grid, number: int) -> dict[str, str]:
    """The swept parameters of a combination by their names as they were written."""
    return dict(zip((axis.key for axis in grid.axes), grid.cells(number), strict=True))


def _best(grid: Grid, row: Row) -> dict[str, Any]:
    return {
        "parameters": named(grid, row.number),
        "value": row.value,
        "metrics": dict(row.metrics),
    }


def write_result(folder: Path, content: dict[str, Any]) -> dict[str, Any]:
    """`result.json`, whole; without a best combination it has no metrics."""
    write_whole(folder / "result.json", results.as_json(content))
    return content


def without_best(sweep: Sweep) -> dict[str, Any]:
    """The content of `result.json` when no combination can be chosen."""
    plan = sweep.work.plan
    return {
        "version": __version__,
        "engine": sweep.work.engine,
        "name": plan.name,
        "venue": plan.venue,
        "quote": plan.quote,
        "symbols": [series.symbol for series in plan.series],
        "timeframe": plan.parameters.timeframe.name,
        "metrics": None,
    }
