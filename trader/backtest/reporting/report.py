"""`report.html`: one file that explains a result, without script or anything from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from trader import __version__
from trader.backtest import figures
from trader.backtest.metrics import Metrics, drawdowns
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting import remarks
from trader.backtest.reporting.curves import drawdown_chart, equity_chart
from trader.backtest.reporting.markup import Html, signed
from trader.backtest.reporting.styles import COLOURS, style_sheet
from trader.backtest.reporting.tables import (
    data_table,
    months_table,
    parameters_table,
    why_not_table,
)
from trader.backtest.reporting.trade_tables import (
    HEAD,
    TAIL,
    exits_table,
    symbols_table,
    trades_table,
)
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import BINANCE_FUTURES

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'"  # the browser itself refuses anything else
)
_TILES = (
    "total_return", "buy_and_hold_return", "max_drawdown", "trades", "win_rate", "profit_factor",
    "sharpe", "sortino", "cagr", "calmar", "payoff_ratio", "expectancy", "exposure",
    "avg_leverage", "fees", "funding", "final_equity", "stopped_in_entry_candle",
)  # fmt: skip
_SIGNED = ("total_return", "buy_and_hold_return", "cagr", "expectancy")
_SHARES = (*_SIGNED[:3], "max_drawdown", "win_rate", "exposure")
_MONEY = ("expectancy", "fees", "funding", "final_equity")
_COUNTS = ("trades", "stopped_in_entry_candle")


@dataclass(frozen=True, slots=True)
class Look:
    """How a report speaks and colours. `colours`: kr (up red), intl (up green), cb (up blue)."""

    language: str = "en"
    colours: str = "intl"


def report_html(
    plan: BacktestPlan,
    result: BacktestResult,
    metrics: Metrics,
    look: Look,
    extras: Sequence[Html] = (),
) -> str:
    """The whole page. The same result gives the same text.

    `extras` are sections of other parts (`markup.section`), placed after the curves.
    """
    say = Wording(look.language)
    strategies = ", ".join(share.name for share in plan.parameters.strategies)
    parts = (
        _header(plan, result, strategies, say),
        _warnings(remarks.warnings(plan, result, say), say),
        _section(say("what_happened"), _paragraphs(remarks.lines(plan, result, metrics, say))),
        _tiles(metrics, plan.quote, say),
        _curves(plan, result, say),
        *extras,
        _section(f"{say('months')} (%)", months_table(result, plan.capital, say)),
        _trades(plan, result, say),
        _why_not(result, say),
        _made_of(plan, result, say),
    )
    title = f"{say('title')} · {strategies}"
    footer = say("generated", version=__version__, engine=result.engine)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(look.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        f"<style>{style_sheet(COLOURS.get(look.colours, COLOURS['intl']))}</style></head>"
        f"<body><main>{''.join(parts)}</main><footer>{escape(footer)}</footer></body></html>\n"
    )


def shown(name: str, value: float | None, quote: str) -> str:
    """A metric as people read it."""
    if value is None:
        return figures.DASH
    if name in _SHARES:
        return figures.percent(value, sign=name in _SIGNED)
    if name in _MONEY:
        return figures.money(value, quote, sign=name in _SIGNED)
    return f"{value:,.0f}" if name in _COUNTS else figures.number(value)


def metric_names() -> tuple[str, ...]:
    """The metrics in the order in which people want them."""
    return _TILES


def _section(title: str, body: str, hint: str = "") -> str:
    note = f'<p class="hint">{escape(hint)}</p>' if hint else ""
    return f"<section><h2>{escape(title)}</h2>{note}{body}</section>"


def _folded(title: str, body: str, hint: str = "") -> str:
    note = f'<p class="hint">{escape(hint)}</p>' if hint else ""
    return f"<details><summary>{escape(title)}</summary>{note}{body}</details>"


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _header(plan: BacktestPlan, result: BacktestResult, strategies: str, say: Wording) -> str:
    symbols = ", ".join(series.symbol for series in plan.series)
    first, last = (int(result.time[0]), int(result.time[-1])) if len(result.time) else (0, 0)
    subtitle = say(
        "subtitle",
        venue=plan.venue,
        symbols=symbols,
        timeframe=plan.parameters.timeframe.name,
        first=figures.moment(first),
        last=figures.moment(last),
    )
    badge = f'<span class="badge">{escape(say("title"))}</span>'
    return f"<header>{badge}<h1>{escape(strategies)}</h1><p>{escape(subtitle)}</p></header>"


def _warnings(texts: list[str], say: Wording) -> str:
    if not texts:
        return ""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<aside class="box amber"><h2>{escape(say("read_first"))}</h2><ul>{items}</ul></aside>'


def _tiles(metrics: Metrics, quote: str, say: Wording) -> str:
    tiles = "".join(_tile(name, metrics.get(name), quote, say) for name in _TILES)
    return f'<dl class="tiles">{tiles}</dl>'


def _tile(name: str, value: float | None, quote: str, say: Wording) -> str:
    text: str = escape(shown(name, value, quote))
    if name in _SIGNED and value is not None:
        text = signed(value, shown(name, value, quote))
    return f"<div><dt>{escape(say(f'm.{name}'))}</dt><dd>{text}</dd></div>"


def _curves(plan: BacktestPlan, result: BacktestResult, say: Wording) -> str:
    fall = drawdowns(result.equity, plan.capital)
    equity = equity_chart(plan, result, say("ours"), say("held"), say("equity"))
    under = drawdown_chart(result.time, fall, say("drawdown"))
    return _section(f"{say('equity')} ({plan.quote})", equity) + _section(
        say("drawdown"), under, say("drawdown_hint")
    )


def _trades(plan: BacktestPlan, result: BacktestResult, say: Wording) -> str:
    if not result.trades:
        return _section(say("trades"), _paragraphs([say("trades_none")]))
    trades = result.in_exit_order()
    hint = say("trades_some", head=HEAD, tail=TAIL, all=len(trades))
    parts = [_section(say("exits"), exits_table(result, plan.quote, say))]
    if len(plan.series) > 1:
        parts.append(_section(say("by_symbol"), symbols_table(result, plan.quote, say)))
    listed = trades_table(trades, plan.quote, say)
    parts.append(_section(say("trades"), listed, hint if len(trades) > HEAD + TAIL else ""))
    return "".join(parts)


def _why_not(result: BacktestResult, say: Wording) -> str:
    if not any(result.no_entry_reasons.values()):
        return ""
    return _section(
        say("why_not"),
        why_not_table([i for i in result.no_entry_reasons.items() if i[1]], say),
        say("why_not_hint"),
    )


def _made_of(plan: BacktestPlan, result: BacktestResult, say: Wording) -> str:
    parameters, changed = parameters_table(plan.parameters, result.fee)
    return (
        _section(say("assumptions"), _list(_assumptions(plan, result, say)))
        + _section(say("data"), data_table(plan, say))
        + _folded(say("parameters"), parameters, say("parameters_hint", changed=changed))
    )


def _assumptions(plan: BacktestPlan, result: BacktestResult, say: Wording) -> list[str]:
    names = ["inside", "closed", "end", "no_liquidity", "limits"]
    if plan.venue == BINANCE_FUTURES:
        names.append("funding")
    return [
        say("a.fee", fee=figures.rate(result.fee)),
        say("a.slippage", bps=f"{plan.parameters.slippage_bps:g}"),
        *(say(f"a.{name}") for name in names),
    ]


def _list(texts: list[str]) -> Html:
    return Html("<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>")
