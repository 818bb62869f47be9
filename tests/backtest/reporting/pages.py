"""Reports drawn from plans and results made up in a few lines, for the tests of this folder."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from random import Random

import numpy as np

from tests.backtest.drawing import T0, plan, result, series, trade
from trader.backtest.ledger import ledger_of
from trader.backtest.metrics import all_metrics
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.report import Look, report_html
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.wording import Wording
from trader.domain.position import Direction, ExitReason
from trader.domain.time import HOUR

VOID = {"meta", "br", "wbr", "line", "polyline", "polygon", "path", "use"}


def subject(drawn: BacktestPlan, made: BacktestResult, language: str = "en") -> Subject:
    """What the parts of a report are given."""
    return Subject(drawn, made, all_metrics(drawn, made), ledger_of(made), Wording(language))


def page(drawn: BacktestPlan, made: BacktestResult, look: Look | None = None) -> str:
    """The whole report."""
    return report_html(drawn, made, all_metrics(drawn, made), look or Look())


def words(html: str) -> str:
    """What a person reads of a page: no tags, no drawings, single blanks."""
    seen = re.sub(r"<(style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def busy() -> tuple[BacktestPlan, BacktestResult]:
    """Two symbols, seventy days of hours, 399 trades."""
    closes = [100 + (n * 7 % 13) for n in range(24 * 70)]
    trades = [trade((n % 5) - 1.5, n) for n in range(1, 400)]
    equity = np.linspace(1_000, 1_200, len(closes)).tolist()
    made = result(equity, trades, no_entry_reasons={"no_signal": 9, "cooldown": 1})
    return plan(series(closes), series(closes[:50], "upbit:ETH/KRW")), made


def futures(trades: int = 60, seed: int = 1) -> tuple[BacktestPlan, BacktestResult]:
    """Longs and shorts with funding on a perpetual, at prices that its candles had."""
    random = Random(seed)
    closes = [100 + random.uniform(-8, 8) for _ in range(24 * 40)]
    key = "binance_futures:BTC/USDT"
    closed = []
    for n in range(trades):
        start = random.randrange(1, 900)
        closed.append(
            trade(
                round(random.uniform(-20, 22), 4),
                start + random.randrange(0, 40),
                id=f"f{n}",
                key=key,
                direction=random.choice([Direction.LONG, Direction.SHORT]),
                entry_time=T0 + start * HOUR,
                funding=Decimal(str(round(random.uniform(-1, 1), 4))),
                leverage=3.0,
                exit_reason=random.choice(list(ExitReason)),
            )
        )
    equity = [1_000 + random.uniform(-50, 400) for _ in closes]
    reasons = {"no_signal": 700, "max_positions": 20, "daily_loss": 4, "no_atr": 3, "min_order": 9}
    made = result(
        equity,
        closed,
        no_entry_reasons=reasons,
        exposed=300,
        refused={"min_order": 8, "daily_loss": 2},
    )
    return plan(series(closes, key)), made


class Balance(HTMLParser):
    """Follows the tags; what stands open stays in `open`."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more is open."""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<use .../>` opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        """The last that was opened is closed, and no other."""
        assert tag in VOID or self.open.pop() == tag
