"""A finished run read back from its folder: `result.json`, `trades.csv`, `equity.csv`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trader.domain.errors import BadInput

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

NEWEST = "last"
_AGAIN = "make the backtest again, or name another run"
_NEEDED: dict[str, type] = {"metrics": dict, "parameters": dict, "data": list, "quote": str}
_TEXTS = ("venue", "symbol", "strategy", "side", "exit_reason")
_NUMBERS = (
    "entry_time", "entry_price", "quantity", "exit_time", "exit_price", "fees", "funding", "pnl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """What a folder holds. `content` is `result.json`; a trade is a row of `trades.csv`.

    `time` (ms UTC) and `equity` (quote currency) are the columns of `equity.csv`.
    """

    name: str
    content: Mapping[str, Any]
    trades: tuple[Mapping[str, Any], ...]
    time: Ints
    equity: Floats

    @property
    def quote(self) -> str:
        """Currency of its money."""
        return str(self.content["quote"])

    @property
    def metrics(self) -> Mapping[str, float | None]:
        """Figures by the names of `result.json`."""
        found: Mapping[str, float | None] = self.content["metrics"]
        return found


def found(word: str, shelf: Path) -> Path:
    """The folder that a word means: itself, one on the shelf, or the newest there (`last`).

    Raises `BadInput`.
    """
    if word == NEWEST:
        runs = sorted(path.parent for path in shelf.glob("*/result.json"))
        if not runs:
            raise BadInput(f"last: there is no run in {shelf} yet; make a backtest first")
        return runs[-1]  # their names begin with the time
    for path in (Path(word), shelf / word):
        if (path / "result.json").is_file():
            return path
    raise BadInput(f"{word}: no run; name a folder with result.json, one in {shelf}, or {NEWEST}")


def read(folder: Path) -> Run:
    """Read a run's three files. Raises `BadInput`, one sentence, for whatever is wrong with one."""
    content = _content(folder / "result.json")
    time, equity = _equity(folder / "equity.csv")
    trades = tuple(_trades(folder / "trades.csv"))
    told = content["metrics"].get("trades")
    if told is not None and told != len(trades):
        raise BadInput(
            f"{folder}: result.json tells of {told} trades, trades.csv of {len(trades)}; {_AGAIN}"
        )
    return Run(
        name=folder.resolve().name,
        content=content,
        trades=trades,
        time=time,
        equity=equity,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise BadInput(f"{path}: this file of the run is missing; {_AGAIN}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: this file is damaged, it is no text; {_AGAIN}") from None


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_text(path))
    except ValueError:
        raise BadInput(f"{path}: this file is damaged, it is no JSON; {_AGAIN}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path}: this is no result of a backtest; {_AGAIN}")
    for name, kind in _NEEDED.items():
        if not isinstance(content.get(name), kind):
            raise BadInput(f"{path}: '{name}' is missing or damaged; {_AGAIN}")
    for name, value in content["metrics"].items():
        if value is not None and not isinstance(value, int | float):
            raise BadInput(f"{path}: metric '{name}' is no number; {_AGAIN}")
    if not all(isinstance(one, dict) for one in content["data"]):
        raise BadInput(f"{path}: 'data' is missing or damaged; {_AGAIN}")
    return content


def _trades(path: Path) -> Iterable[Mapping[str, Any]]:
    rows = csv.DictReader(_text(path).splitlines())
    _check_columns(path, rows.fieldnames or (), (*_TEXTS, *_NUMBERS))
    for row in rows:
        yield {name: row[name] for name in _TEXTS} | {
            name: _number(path, rows.line_num, name, row[name]) for name in _NUMBERS
        }


def _number(path: Path, line: int, name: str, text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise BadInput(f"{path}: line {line}, '{name}' is no number; {_AGAIN}")
    return value


def _equity(path: Path) -> tuple[Ints, Floats]:
    head, _, body = _text(path).partition("\n")
    names = head.split(",")
    _check_columns(path, names, ("timestamp", "equity"))
    if not body.strip():
        return np.empty(0, dtype=np.int64), np.empty(0)
    places = [names.index("timestamp"), names.index("equity")]
    try:
        table = np.loadtxt(body.splitlines(), delimiter=",", usecols=places, ndmin=2)
    except ValueError:
        raise BadInput(f"{path}: a row of this file is damaged; {_AGAIN}") from None
    if not np.all(np.isfinite(table)) or np.any(np.diff(table[:, 0]) <= 0):
        raise BadInput(f"{path}: a row of this file is damaged; {_AGAIN}")
    return table[:, 0].astype(np.int64), table[:, 1]


def _check_columns(path: Path, names: Iterable[str], wanted: Iterable[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise BadInput(f"{path}: column '{missing[0]}' is missing; {_AGAIN}")
