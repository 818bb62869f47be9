"""The parts of a report from its curves to its parameters, each under a heading of its own."""

from __future__ import annotations

from collections.abc import Sequence

from trader.backtest import figures
from trader.backtest.metrics import drawdowns
from trader.backtest.reporting.curves import drawdown_chart, equity_chart, is_logarithmic
from trader.backtest.reporting.excursions import excursions_section
from trader.backtest.reporting.markup import beside, bullets, folded, paragraphs, section, under
from trader.backtest.reporting.price_charts import price_section
from trader.backtest.reporting.refusals import of_risk, refusals_table
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tables import (
    data_table,
    months_table,
    parameters_table,
    why_not_table,
)
from trader.backtest.reporting.tiles import formulas_table
from trader.backtest.reporting.trade_tables import (
    HEAD,
    TAIL,
    durations_table,
    exits_table,
    extremes,
    hours_table,
    symbols_table,
    trades_table,
    weekdays_table,
)
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade


def curves(about: Subject) -> str:
    """Equity beside buying and holding; how far it stood under its peak."""
    plan, result, say = about.plan, about.result, about.say
    fall = drawdowns(result.equity, plan.capital)
    equity = equity_chart(plan, result, say("ours"), say("held"), say("equity"))
    below = drawdown_chart(result.time, fall, say("drawdown"))
    hint = say("logarithmic") if is_logarithmic(plan, result) else ""
    return section(f"{say('equity')} ({plan.quote})", equity, hint) + section(
        say("drawdown_title"), below, say("drawdown_hint")
    )


def months(about: Subject) -> str:
    """The heat map of months."""
    table = months_table(about.result, about.plan.capital, about.say)
    return section(f"{about.say('months')} (%)", table, about.say("months_hint"))


def trades(about: Subject, closed: Sequence[ClosedTrade]) -> str:
    """Everything about the trades, which stand in the order of their exits."""
    say = about.say
    if not closed:
        return section(say("trades"), paragraphs([say("trades_none")]))
    parts = [price_section(about), section(say("exits"), exits_table(about))]
    if len(about.plan.series) > 1:
        parts.append(section(say("by_symbol"), symbols_table(about)))
    return "".join([*parts, _when(about), excursions_section(about), _listed(about, closed)])


def _when(about: Subject) -> str:
    say = about.say
    days = under(say("by_weekday"), weekdays_table(about))
    held = under(say("by_duration"), durations_table(about))
    hours = under(say("by_hour"), hours_table(about))
    return section(say("when"), beside(hours, days + held))


def _listed(about: Subject, closed: Sequence[ClosedTrade]) -> str:
    say = about.say
    best, worst = extremes(about, closed)
    cut = len(closed) > HEAD + TAIL
    hint = say("trades_some", head=HEAD, tail=TAIL, all=f"{len(closed):,}") if cut else ""
    return (
        section(say("best_trades"), best)
        + section(say("worst_trades"), worst)
        + folded(f"{say('trades')} ({len(closed):,})", trades_table(about, closed), hint)
    )


def why_not(about: Subject) -> str:
    """What risk refused, then every reason for not buying."""
    say, counts = about.say, about.result.no_entry_reasons
    known = [(code, count) for code, count in counts.items() if count]
    if not known:
        return ""
    held_back = (
        section(say("refused"), refusals_table(about), say("refused_hint"))
        if of_risk(about.result)
        else ""
    )
    return held_back + section(say("why_not"), why_not_table(known, say), say("why_not_hint"))


def made_of(about: Subject) -> str:
    """Assumptions, data, parameters, and what the figures mean."""
    say = about.say
    parameters, changed = parameters_table(about.plan.parameters, about.result.fee)
    return (
        section(say("assumptions"), bullets(_assumptions(about)))
        + section(say("data"), data_table(about.plan, say))
        + folded(say("parameters"), parameters, say("parameters_hint", changed=changed))
        + folded(say("formulas"), formulas_table(say))
    )


def _assumptions(about: Subject) -> list[str]:
    say, plan = about.say, about.plan
    limits = "limits" if _has_loss_limits(plan.parameters) else "limits_off"
    names = ["inside", "closed", "end", "no_liquidity", limits]
    if plan.venue == BINANCE_FUTURES:
        names.append("funding")
    return [
        say("a.fee", fee=figures.rate(about.result.fee)),
        say("a.slippage", bps=f"{plan.parameters.slippage_bps:g}"),
        *(say(f"a.{name}") for name in names),
    ]


def _has_loss_limits(parameters: Parameters) -> bool:
    """Whether anything but the balance can stop entries: a sweep turns all of these off."""
    return any(
        (
            parameters.max_daily_loss_pct,
            parameters.max_weekly_loss_pct,
            parameters.max_monthly_loss_pct,
            parameters.max_daily_loss,
            parameters.max_consecutive_losses,
        )
    )
