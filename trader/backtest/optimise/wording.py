"""What a search came to, in figures for the journal and in one sentence for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trader.backtest.honesty.adoption import Judgement
from trader.backtest.honesty.gate import Shortfall
from trader.backtest.honesty.walk_forward import WalkForward
from trader.backtest.objectives import Outcome
from trader.backtest.optimise.combinations import values_of
from trader.backtest.optimise.search import LEAST_FOLDS, Found, Rules
from trader.backtest.plan import BacktestPlan
from trader.domain.time import DAY
from trader.shell.searching import Finding, in_words

_SHOWN = ("total_return", "sharpe", "win_rate", "trades", "max_drawdown", "fees")
_NAMED = 3  # symbols in a sentence


def finding(plan: BacktestPlan, rules: Rules, found: Found) -> Finding:
    """The answer to the shell."""
    judged = found.judgement
    verdict = judged.verdict if judged else None
    values = {} if found.best is None else values_of(found.best, found.axes)
    return Finding(
        symbols=tuple(one.symbol for one in plan.series),
        tried=found.tried,
        best=values,
        running=values_of(found.running, found.axes),
        in_sample=_in_sample(found),
        out_of_sample=_out_of_sample(judged, found.folds),
        promoted=bool(verdict and verdict.promoted),
        dsr=verdict.dsr if verdict else 0.0,
        reasons=_codes(found),
        why=_why(rules, found),
        text=_sentence(plan, rules, found, values),
    )


def _in_sample(found: Found) -> dict[str, Any]:
    shown = {"running": _figures(found.of_running)}
    return shown if found.in_sample is None else {"best": _figures(found.in_sample), **shown}


def _figures(outcome: Outcome) -> dict[str, Any]:
    return {name: outcome.metrics.get(name) for name in _SHOWN}


def _out_of_sample(judged: Judgement | None, folds: int) -> dict[str, Any]:
    if judged is None:
        return {"folds": folds}
    walks = {"challenger": _walked(judged.challenger), "running": _walked(judged.champion)}
    return {"folds": folds, "spread": judged.spread, **walks}


def _walked(walk: WalkForward) -> dict[str, Any]:
    return {"trades": len(walk.returns), "total_return": walk.total_return}


# ---------------------------------------------------------------- reasons


def _codes(found: Found) -> tuple[str, ...]:
    if not found.tried:
        return ("nothing_to_search",)
    if found.best is None:
        return ("nothing_chosen",)
    if found.judgement is None:
        return (f"too_little_history measured={found.folds} wanted={LEAST_FOLDS}",)
    return tuple(map(str, found.judgement.verdict.reasons))


def _why(rules: Rules, found: Found) -> str:
    """Why the best one is not to be adopted; empty when it is."""
    if not found.tried:
        return "no strategy at work reads K"
    if found.best is None:
        return f"no combination made enough trades to choose by ({rules.least_trades} needed)"
    if found.judgement is None:
        return (
            f"too little history to judge by ({found.folds} spans out of sample, "
            f"{LEAST_FOLDS} needed)"
        )
    return "; ".join(_reason(missed) for missed in found.judgement.verdict.reasons)


def _reason(missed: Shortfall) -> str:
    measured, wanted = missed.measured, missed.wanted
    match missed.code:
        case "too_few_trades":
            return f"too few trades out of sample ({measured:g} of {wanted:g} needed)"
        case "not_profitable":
            return f"it made {_percent(measured)} out of sample"
        case "not_better":
            made = _percent(wanted), _percent(measured)
            return f"the running values made {made[0]} out of sample, it made {made[1]}"
        case _:
            return f"it may be luck (probability of an edge {measured:.2f}, {wanted:.2f} needed)"


# ---------------------------------------------------------------- the sentence


def _sentence(plan: BacktestPlan, rules: Rules, found: Found, best: Mapping[str, float]) -> str:
    """`tried 160 combinations on 7 days of BTC/KRW: K 0.45 ... made +1.20 % in 11 trades`."""
    if not found.tried:
        return "nothing was tried"
    text = f"tried {found.tried} combinations on {_span(rules)} of {_symbols(plan)}"
    if "k_value" in rules.axes and "k_value" not in found.axes:
        text += " (without K, which no strategy at work reads)"
    if found.in_sample is None:
        return text
    made = found.in_sample.metrics.get("total_return") or 0.0
    trades = len(found.in_sample.returns)
    plural = "" if trades == 1 else "s"
    return f"{text}: {in_words(best)} made {_percent(made)} in {trades} trade{plural}"


def _percent(share: float) -> str:
    return f"{share * 100:+.2f} %"


def _span(rules: Rules) -> str:
    if rules.train_candles:
        return f"{rules.train_candles} candles"
    return f"{rules.train // DAY} days"


def _symbols(plan: BacktestPlan) -> str:
    names = [one.symbol for one in plan.series]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
