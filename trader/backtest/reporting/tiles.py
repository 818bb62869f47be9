"""The figures of a run as tiles, in groups; under the pointer each says how it is defined."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from trader.backtest import figures
from trader.backtest.metrics import Metrics
from trader.backtest.reporting.markup import Html, signed, under
from trader.backtest.reporting.tables import plain_table
from trader.backtest.reporting.wording import Wording

GROUPS: dict[str, tuple[str, ...]] = {
    "result": ("total_return", "buy_and_hold_return", "cagr", "final_equity"),
    "risk": ("max_drawdown", "underwater_days", "sharpe", "sortino", "calmar"),
    "trades": (
        "trades", "win_rate", "profit_factor", "payoff_ratio", "expectancy", "best_trade",
        "worst_trade", "longest_losing_streak", "median_holding_hours", "stopped_in_entry_candle",
        "exposure", "avg_leverage",
    ),
    "costs": ("fees", "funding", "fee_share", "turnover", "break_even_fee"),
}  # fmt: skip
_SIGNED = (
    "total_return", "buy_and_hold_return", "cagr", "expectancy", "best_trade", "worst_trade",
)  # fmt: skip
_SHARES = (*_SIGNED[:3], "max_drawdown", "win_rate", "exposure", "fee_share")
_MONEY = (*_SIGNED[3:], "fees", "funding", "final_equity")
_COUNTS = ("trades", "stopped_in_entry_candle", "longest_losing_streak")
_TENTHS = ("underwater_days", "median_holding_hours", "turnover")


def metric_names() -> tuple[str, ...]:
    """The metrics in the order in which people want them."""
    return tuple(name for names in GROUPS.values() for name in names)


def shown(name: str, value: float | None, quote: str) -> str:
    """A metric as people read it. Metrics that are not known here are plain numbers."""
    if value is None:
        return figures.DASH
    if name == "break_even_fee":
        return figures.rate(value)
    sign = name in _SIGNED
    writers: tuple[tuple[tuple[str, ...], Callable[[float], str]], ...] = (
        (_SHARES, lambda v: figures.percent(v, sign=sign)),
        (_MONEY, lambda v: figures.money(v, quote, sign=sign)),
        (_COUNTS, lambda v: f"{v:,.0f}"),
        (_TENTHS, lambda v: figures.number(v, 1)),
    )
    return next((write(value) for names, write in writers if name in names), figures.number(value))


def tiles(metrics: Metrics, quote: str, say: Wording) -> Html:
    """All figures, in their groups."""
    return Html("".join(_group(group, metrics, quote, say) for group in GROUPS))


def formulas_table(say: Wording) -> Html:
    """How each figure is defined; for paper and phones, where nothing is under a pointer."""
    rows = [(say(f"m.{name}"), say(f"f.{name}")) for name in metric_names()]
    return plain_table([say("figure"), say("formula")], rows, "words")


def _group(group: str, metrics: Metrics, quote: str, say: Wording) -> Html:
    drawn = "".join(_tile(name, metrics.get(name), quote, say) for name in GROUPS[group])
    return under(say(f"tiles.{group}"), f'<dl class="tiles">{drawn}</dl>')


def _tile(name: str, value: float | None, quote: str, say: Wording) -> str:
    text: str = escape(shown(name, value, quote))
    if name in _SIGNED and value is not None:
        text = signed(value, shown(name, value, quote))
    unit = f" {escape(quote)}"
    text = text.replace(unit, f"&nbsp;<small>{escape(quote)}</small>", 1)
    return (
        f'<div title="{escape(say(f"f.{name}"))}"><dt>{escape(say(f"m.{name}"))}</dt>'
        f"<dd>{text}</dd></div>"
    )
