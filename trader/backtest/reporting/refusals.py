"""Why nothing was bought: codes by kind, and those with which risk stood in the way."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from trader.backtest.choices import in_force
from trader.backtest.plan import BacktestResult
from trader.backtest.reasons import LIMITS, SIZES, kind_of
from trader.backtest.reporting.markup import Html
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tables import Number, code_text, plain_table, plain_value
from trader.backtest.reporting.wording import Wording

_RISK = ("limits", "sizes")


def of_risk(result: BacktestResult) -> list[str]:
    """The codes of risk that were met, those that refused the most signals first."""
    met = [code for code, n in result.no_entry_reasons.items() if n and kind_of(code) in _RISK]
    return sorted(met, key=lambda code: (-_both(result, code)[0], -_both(result, code)[1], code))


def _both(result: BacktestResult, code: str) -> tuple[int, int]:
    """Signals refused, and candles on which the code was met at all."""
    return result.refused.get(code, 0), result.no_entry_reasons.get(code, 0)


def refusals_table(about: Subject) -> Html:
    """A row a code of risk: signals it refused, candles it was met on, what it means, settings."""
    values = in_force(about.plan.parameters, about.result.fee)
    say = about.say
    rows = [
        [
            Html(code_text(code) + _small(say(f"kind.{kind_of(code)}"))),
            *(Number(f"{count:,}") for count in _both(about.result, code)),
            Html(escape(_meaning(say, code)) + _settings(code, values)),
        ]
        for code in of_risk(about.result)
    ]
    counts = (Number(say("signals")), Number(say("candles")))
    heads = [say("reason"), *counts, f"{say('meaning')}, {say('setting')}"]
    return plain_table(heads, rows, "words")


def _meaning(say: Wording, code: str) -> str:
    return say(f"c.{code}") if say.has(f"c.{code}") else ""


def _settings(code: str, values: Mapping[str, object]) -> str:
    names = (LIMITS | SIZES).get(code, ())
    return _small(
        ", ".join(f"{name}={plain_value(values[name])}" for name in names if values.get(name))
    )


def _small(text: str) -> str:
    return f"<br><small>{escape(text)}</small>" if text else ""
