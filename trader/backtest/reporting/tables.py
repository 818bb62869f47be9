"""Tables of a report as HTML: months, exits, reasons, trades, parameters, data. All escaped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.choices import in_force
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting.remarks import by_symbol
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import symbol_of
from trader.domain.money import ZERO
from trader.domain.parameters import Parameters
from trader.domain.position import ClosedTrade

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints

HEAD, TAIL = 50, 150  # trades shown of a long list


class Html(str):
    """Text that is HTML already; every other text is escaped where it is put in."""

    __slots__ = ()


def cell(value: object) -> str:
    """Escaped unless it is `Html`."""
    return value if isinstance(value, Html) else escape(str(value))


def table(heads: Sequence[object], rows: Iterable[Sequence[object]], style: str = "") -> Html:
    """A table in a box that scrolls sideways on small screens. The first column is a name."""
    head = "".join(f"<th>{cell(name)}</th>" for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell(v)}</td>" for v in row) + "</tr>" for row in rows)
    return Html(
        f'<div class="scroll"><table class="{style}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def signed(value: float, text: str) -> Html:
    """A profit or a loss: coloured, and with an arrow for those who do not see colours."""
    style = "up" if value > 0 else "down" if value < 0 else "even"
    return Html(f'<span class="{style}">{escape(text)}&nbsp;{figures.arrow(value)}</span>')


# ------------------------------------------------------------- months


def monthly_returns(time: Ints, equity: Floats, capital: float) -> dict[tuple[int, int], float]:
    """(year, month) -> equity at its last candle over that of the month before, minus 1."""
    if not len(time):
        return {}
    months = time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    last = np.flatnonzero(np.append(np.diff(months) != 0, True))
    value = np.concatenate(([capital], equity[last]))
    with np.errstate(divide="ignore", invalid="ignore"):
        gains = (value[1:] / value[:-1] - 1).tolist()
    keys = [(1970 + month // 12, month % 12 + 1) for month in months[last].tolist()]
    return dict(zip(keys, gains, strict=True))


def months_table(result: BacktestResult, capital: float, say: Wording) -> Html:
    """A row a year, a column a month, the year's compounded return at the end."""
    returns = monthly_returns(result.time, result.equity, capital)
    years = sorted({year for year, _ in returns})
    strongest = max((abs(gain) for gain in returns.values()), default=0.0)
    rows = []
    for year in years:
        gains = [returns.get((year, month)) for month in range(1, 13)]
        whole = float(np.prod([1 + gain for gain in gains if gain is not None])) - 1
        rows.append([str(year), *(_heat(g, strongest) for g in gains), _heat(whole, strongest)])
    return table([say("year"), *say("month_names").split(), "Σ"], rows, "months")


def _heat(gain: float | None, strongest: float) -> Html:
    if gain is None:
        return Html("")
    still = abs(gain) < 0.0005  # prints as 0.0
    style = "even" if still else "up" if gain > 0 else "down"
    strength = min(1.0, abs(gain) / strongest) if strongest else 0.0
    text = "0.0" if still else figures.percent(gain, sign=True, places=1).removesuffix(" %")
    return Html(f'<span class="heat {style}" style="--s:{strength:.2f}">{text}</span>')


# ------------------------------------------------------------- trades


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


# ------------------------------------------------------------- what it was made of


def why_not_table(result: BacktestResult, say: Wording) -> Html:
    """A row a reason code, the most frequent first."""
    counts = sorted(result.no_entry_reasons.items(), key=lambda item: (-item[1], item[0]))
    most = counts[0][1] if counts else 1
    rows = [
        [
            Html(f"<code>{escape(code)}</code>"),
            f"{count:,}",
            Html(f'<span class="bar" style="--w:{100 * count / most:.1f}%"></span>'),
            say(f"c.{code}") if say.has(f"c.{code}") else "",
        ]
        for code, count in counts
        if count
    ]
    return table([say("reason"), say("count"), "", say("meaning")], rows, "why")


def parameters_table(parameters: Parameters, fee: float) -> tuple[Html, int]:
    """All parameters in force, those that differ from the default marked, and how many do."""
    usual = in_force(Parameters(), fee)
    shown = in_force(parameters, fee)
    changed = {name for name, value in shown.items() if name in usual and usual[name] != value}
    rows = [
        [Html(f'<code class="{"changed" if name in changed else ""}">{name}</code>'), _plain(value)]
        for name, value in shown.items()
    ]
    return table(["", ""], rows, "parameters"), len(changed)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return figures.DASH if value is None or value == "" else str(value)


def data_table(plan: BacktestPlan, say: Wording) -> Html:
    """A row a file: what it holds, what is missing, what was repaired."""
    rows = []
    for one in plan.series:
        source = one.source
        made = [f"{say(f'r.{n}')}: {count:,}" for n, count in source.repairs.items() if count]
        rows.append(
            [
                source.file,
                one.symbol,
                f"{source.rows:,}",
                f"{figures.moment(source.first)} – {figures.moment(source.last)}",
                f"{source.gaps:,}",
                "; ".join(made) or say("data_clean"),
                one.funding.file if one.funding else say("no_funding"),
            ]
        )
    heads = ("file", "symbol", "candles", "span", "gaps", "repairs", "funding_file")
    return table([say(name) for name in heads], rows)
