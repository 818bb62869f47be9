"""Tables about trades: why they ended, symbols, the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from trader.backtest import figures
from trader.backtest.plan import BacktestResult
from trader.backtest.reporting.markup import Html, signed
from trader.backtest.reporting.remarks import by_symbol
from trader.backtest.reporting.tables import plain_table as table
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import symbol_of
from trader.domain.money import ZERO
from trader.domain.position import ClosedTrade

HEAD, TAIL = 50, 150  # trades shown of a long list


def exits_table(result: BacktestResult, quote: str, say: Wording) -> Html:
    """A row an exit reason: how many, how many won, what they made."""
    groups: dict[str, list[ClosedTrade]] = defaultdict(list)
    for trade in result.trades:
        groups[str(trade.exit_reason)].append(trade)
    rows = []
    for reason, trades in sorted(groups.items(), key=lambda group: -len(group[1])):
        total = float(sum((trade.pnl for trade in trades), ZERO))
        won = sum(trade.pnl > 0 for trade in trades) / len(trades)
        rows.append(
            [
                say(f"x.{reason}"),
                len(trades),
                figures.percent(won, places=0),
                signed(total, figures.money(total, quote, sign=True)),
                figures.money(total / len(trades), quote, sign=True),
            ]
        )
    heads = [say(name) for name in ("reason", "count", "won", "profit", "average")]
    return table(heads, rows)


def symbols_table(result: BacktestResult, quote: str, say: Wording) -> Html:
    """A row a symbol: how many trades, what they made."""
    counts: dict[str, int] = defaultdict(int)
    for trade in result.trades:
        counts[symbol_of(trade.key)] += 1
    rows = [
        [symbol, counts[symbol], signed(float(pnl), figures.money(float(pnl), quote, sign=True))]
        for symbol, pnl in by_symbol(result).items()
    ]
    return table([say("symbol"), say("trades"), say("profit")], rows)


def trades_table(trades: Sequence[ClosedTrade], quote: str, say: Wording) -> Html:
    """The first and the last of the trades, which stand in the order of their exits."""
    shown = trades if len(trades) <= HEAD + TAIL else [*trades[:HEAD], *trades[-TAIL:]]
    heads = ("symbol", "side", "entry", "price", "quantity", "exit", "price", "reason", "profit")
    return table(
        [*(say(name) for name in heads), "%"], [_trade_row(t, quote, say) for t in shown], "trades"
    )


def _trade_row(trade: ClosedTrade, quote: str, say: Wording) -> list[object]:
    pnl = float(trade.pnl)
    return [
        symbol_of(trade.key),
        say(trade.direction.word),
        figures.moment(trade.entry_time),
        figures.price(float(trade.entry_price)),
        figures.price(float(trade.quantity)),
        figures.moment(trade.exit_time),
        figures.price(float(trade.exit_price)),
        say(f"x.{trade.exit_reason}"),
        signed(pnl, figures.money(pnl, quote, sign=True)),
        figures.number(float(trade.pnl_percent)),
    ]
