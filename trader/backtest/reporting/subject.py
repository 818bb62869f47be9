"""What one report is about: a run, what came of it, and in whose language it is told."""

from __future__ import annotations

from dataclasses import dataclass

from trader.backtest import figures
from trader.backtest.ledger import Ledger
from trader.backtest.metrics import Metrics
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.markup import Html, signed
from trader.backtest.reporting.wording import Wording


@dataclass(frozen=True, slots=True)
class Subject:
    """A run as a report sees it. `ledger` holds the columns of its trades, made only once."""

    plan: BacktestPlan
    result: BacktestResult
    metrics: Metrics
    ledger: Ledger
    say: Wording

    def money(self, value: float) -> Html:
        """Profit or loss in the quote currency: coloured, with sign and arrow."""
        return signed(value, figures.money(value, self.plan.quote, sign=True))

    def plain_money(self, value: float) -> str:
        """Profit or loss without colour."""
        return figures.money(value, self.plan.quote, sign=True)
