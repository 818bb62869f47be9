"""Tables of a report as HTML: any table, the months, what it was made of. All escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from trader.backtest import figures
from trader.backtest.choices import in_force
from trader.backtest.plan import BacktestPlan, BacktestResult, Series, Source
from trader.backtest.reporting.charts import heat_cell, heat_table
from trader.backtest.reporting.markup import Html, cell
from trader.backtest.reporting.wording import Wording
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.parameters import Parameters

if TYPE_CHECKING:
    from trader.domain.candles import Floats, Ints


def plain_table(head: Sequence[object], rows: Iterable[Sequence[object]], style: str = "") -> Html:
    """A table in a box that scrolls sideways on small screens; the first column is a name.

    Cells are escaped unless they are `Html`; numbers come as the text that is to be read. `style`
    is its CSS class: `words` for tables whose columns are mostly text.
    """
    heads = "".join(_cell("th", name) for name in head)
    body = "".join("<tr>" + "".join(_cell("td", v) for v in row) + "</tr>" for row in rows)
    return Html(
        f'<div class="scroll"><table class="{style}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


class Number(str):
    """Text of a number: stands at the right in a table of words."""

    __slots__ = ()


class Spare(str):
    """Text that a phone has no room for."""

    __slots__ = ()


class Bar(Html):
    """A bar; its column disappears on a phone."""

    __slots__ = ()


def bar(share: float, style: str = "") -> Bar:
    """A bar as long as this share of its column; `style` is a class that colours it."""
    return Bar(f'<span class="bar {style}" style="--w:{100 * share:.1f}%"></span>')


NO_BAR = Bar("")


def _cell(tag: str, value: object) -> str:
    kinds = ((Number, "n"), (Spare, "spare"), (Bar, "bars"))
    style = next((f' class="{name}"' for kind, name in kinds if isinstance(value, kind)), "")
    return f"<{tag}{style}>{cell(value)}</{tag}>"


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
    gains = [[returns.get((year, month)) for month in range(1, 13)] for year in years]
    whole = [float(np.prod([1 + gain for gain in row if gain is not None])) - 1 for row in gains]
    farthest = max(map(abs, returns.values()), default=0.0)
    most = max(map(abs, whole), default=0.0)
    names = [*say("month_names").split(), "Σ"]
    cells = [
        [
            *(_month(n, gain, farthest) for n, gain in zip(names[:-1], row, strict=True)),
            heat_cell(_stilled(total), _gain, most, style="sum"),
        ]
        for row, total in zip(gains, whole, strict=True)
    ]
    drawn = heat_table((say("year"), *names), list(map(str, years)), cells)
    return Html(f'<div class="months">{drawn}</div>')


def _month(name: str, gain: float | None, farthest: float) -> str:
    """A cell that also carries its month's name, for phones, where months stand in two rows."""
    drawn = heat_cell(_stilled(gain), _gain, farthest)
    return drawn.replace(">", f"><small>{cell(name)}</small>", 1)


def _stilled(gain: float | None) -> float | None:
    """What prints as 0.0 has no sign and no colour."""
    return 0.0 if gain is not None and abs(gain) < 0.0005 else gain


def _gain(gain: float) -> str:
    return figures.percent(gain, sign=gain != 0, places=1).removesuffix(" %")


# ------------------------------------------------------------- what it was made of


def code_text(code: str) -> Html:
    """A code as it stands in files; it may be broken at its underscores only."""
    return Html(f"<code>{escape(code).replace('_', '_<wbr>')}</code>")


def why_not_table(counts: Sequence[tuple[str, int]], say: Wording) -> Html:
    """A row a reason code, the most frequent first."""
    counts = sorted(counts, key=lambda item: (-item[1], item[0]))
    most = counts[0][1] if counts else 1
    rows = [
        [
            code_text(code),
            Number(f"{count:,}"),
            bar(count / most),
            say(f"c.{code}") if say.has(f"c.{code}") else "",
        ]
        for code, count in counts
    ]
    return plain_table([say("reason"), Number(say("count")), NO_BAR, say("meaning")], rows, "words")


def parameters_table(parameters: Parameters, fee: float) -> tuple[Html, int]:
    """All parameters in force, those that differ from the default marked, and how many do."""
    usual = in_force(Parameters(), fee)
    shown = in_force(parameters, fee)
    changed = {name for name, value in shown.items() if name in usual and usual[name] != value}
    rows = [
        [
            Html(f'<code class="{"changed" if name in changed else ""}">{escape(name)}</code>'),
            plain_value(value),
        ]
        for name, value in shown.items()
    ]
    return plain_table(["", ""], rows, "words"), len(changed)


def plain_value(value: object) -> str:
    """A parameter's value as people write it; nothing is a dash."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or figures.DASH
    text = str(value).removesuffix(".0") if isinstance(value, float) else str(value)
    return figures.DASH if value is None or value == "" else text


def data_table(plan: BacktestPlan, say: Wording) -> Html:
    """A row a file: what it holds, what is missing, what was repaired."""
    rows = [
        [
            Html(f"{escape(one.source.file)}<br><small>{escape(one.symbol)}</small>"),
            Number(f"{one.source.rows:,}"),
            Number(f"{one.source.gaps:,}"),
            _span(one.source),
            Html(escape(_repairs(one.source, say)) + _beside(plan, one, say)),
        ]
        for one in plan.series
    ]
    heads = (say("file"), Number(say("candles")), Number(say("gaps")), say("span"), say("repairs"))
    return plain_table(heads, rows, "words")


def _span(source: Source) -> Html:
    first, last = (figures.moment(at).replace(" ", "&nbsp;") for at in (source.first, source.last))
    return Html(f'<span class="nw">{first}</span> – <span class="nw">{last}</span>')


def _repairs(source: Source, say: Wording) -> str:
    made = [f"{say(f'r.{n}')}: {count:,}" for n, count in source.repairs.items() if count]
    return "; ".join(made) or say("data_clean")


def _beside(plan: BacktestPlan, one: Series, say: Wording) -> str:
    """Files read besides the candles: funding of a perpetual, finer candles."""
    found = {}
    if plan.venue == BINANCE_FUTURES:
        found["funding_file"] = one.funding.file if one.funding else say("no_funding")
    if one.source.detail:
        found["detail_file"] = one.source.detail
    return "".join(
        f"<br><small>{escape(say(key))}: {escape(v)}</small>" for key, v in found.items()
    )
