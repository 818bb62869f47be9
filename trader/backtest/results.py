"""The four files a backtest leaves behind; the same bytes whenever the same run is made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from trader import __version__
from trader.backtest.choices import in_force
from trader.backtest.metrics import all_metrics, drawdowns
from trader.backtest.plan import BacktestPlan, BacktestResult, Series
from trader.backtest.reporting import remarks
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.report import Look, report_html
from trader.backtest.reporting.wording import Wording
from trader.bridge.files import write_together
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.position import ClosedTrade
from trader.domain.signal import REASON_CODES

if TYPE_CHECKING:
    from trader.domain.candles import Floats

TRADE_COLUMNS = (
    "venue,symbol,strategy,side,entry_time,entry_price,quantity,exit_time,exit_price,exit_reason,"
    "leverage,fees,funding,pnl,pnl_percent"
)
_ROWS_AT_A_TIME = 8_192
EQUITY_COLUMNS = "timestamp,equity,cash,drawdown"


def summary(plan: BacktestPlan, result: BacktestResult) -> dict[str, Any]:
    """The content of `result.json`: plain values, undefined is None."""
    return {
        "version": __version__,
        "engine": result.engine,
        "name": plan.name,
        "venue": plan.venue,
        "quote": plan.quote,
        "symbols": [series.symbol for series in plan.series],
        "timeframe": plan.parameters.timeframe.name,
        "capital": plan.capital,
        "seed": plan.seed,
        "metrics": all_metrics(plan, result),
        "no_entry_reasons": _in_order(result.no_entry_reasons),
        "refused_by_risk": dict(result.refused),
        "parameters": in_force(plan.parameters, result.fee),
        "data": [_described(series) for series in plan.series],
        "notices": remarks.warnings(plan, result, Wording()),
    }


def write(
    plan: BacktestPlan,
    result: BacktestResult,
    folder: Path,
    look: Look,
    extras: Sequence[Html] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Write all four files into `folder` (made when it is missing) and return the summary.

    `extras` are more sections for the report, `more` further keys of `result.json`. All are
    written under other names first: what stood there stays when that is impossible (`OSError`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = summary(plan, result) | dict(more)
    texts = {
        "trades.csv": trades_csv(result),
        "equity.csv": equity_csv(plan, result),
        "report.html": report_html(plan, result, content["metrics"], look, extras),
        "result.json": as_json(content),
    }
    write_together({folder / name: text for name, text in texts.items()})
    return content


def as_json(content: dict[str, Any]) -> str:
    """JSON as it stands in the file and on stdout."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def trades_csv(result: BacktestResult) -> str:
    """One row a closed trade; times are candle starts in ms UTC, numbers Python floats."""
    rows = (",".join(_cells(trade)) for trade in result.in_exit_order())
    return "\n".join(chain((TRADE_COLUMNS,), rows)) + "\n"


def equity_csv(plan: BacktestPlan, result: BacktestResult) -> Iterator[str]:
    """One row a candle of the traded span, a part of the file at a time: a year of minutes as one
    text would take more memory than the whole backtest."""
    fall = drawdowns(result.equity, plan.capital)
    yield f"{EQUITY_COLUMNS}\n"
    for start in range(0, len(result.time), _ROWS_AT_A_TIME):
        rows = slice(start, start + _ROWS_AT_A_TIME)
        columns = (
            map(str, result.time[rows].tolist()),
            *(_written(values[rows]) for values in (result.equity, result.cash, fall)),
        )
        yield "".join(f"{','.join(row)}\n" for row in zip(*columns, strict=True))


def _cells(trade: ClosedTrade) -> tuple[str, ...]:
    return (
        venue_of(trade.key),
        symbol_of(trade.key),
        trade.strategy,
        trade.direction.word,
        str(trade.entry_time),
        *_floats(trade.entry_price, trade.quantity),
        str(trade.exit_time),
        *_floats(trade.exit_price),
        str(trade.exit_reason),
        *_floats(trade.leverage, trade.fees, trade.funding, trade.pnl, trade.pnl_percent),
    )


def _floats(*numbers: Any) -> tuple[str, ...]:
    return tuple(repr(float(number) + 0.0) for number in numbers)  # + 0.0: no negative zero


def _written(values: Floats) -> list[str]:
    """`repr` of each; a flat book repeats itself, and every stretch is written only once."""
    if not len(values):
        return []
    changes = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    texts = [repr(value + 0.0) for value in values[changes].tolist()]
    lengths = np.diff(np.append(changes, len(values))).tolist()
    repeated: list[str] = []
    for text, length in zip(texts, lengths, strict=True):
        repeated += [text] * length
    return repeated


def _in_order(counts: Any) -> dict[str, int]:
    known = [code for code in REASON_CODES if counts.get(code)]
    others = sorted(code for code in counts if code not in REASON_CODES and counts[code])
    return {code: int(counts[code]) for code in (*known, *others)}


def _described(series: Series) -> dict[str, Any]:
    source = series.source
    first_traded = int(series.candles.time[series.start_index])
    return {
        "file": source.file,
        "symbol": series.symbol,
        "timeframe": source.timeframe,
        "rows": source.rows,
        "rows_in_file": source.rows_in_file,
        "span": [source.first, source.last],
        "traded_rows": series.traded_rows,
        "traded_span": [first_traded, int(series.candles.time[-1])],
        "gaps": source.gaps,
        "repairs": dict(source.repairs),
        "funding": series.funding.file if series.funding else None,
        "detail": source.detail or None,
    }
