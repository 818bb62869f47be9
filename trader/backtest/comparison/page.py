"""A comparison as one HTML file: differences, figures, overlaid equity, trades."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from trader import __version__
from trader.backtest import figures
from trader.backtest.comparison import telling
from trader.backtest.comparison.comparison import Comparison
from trader.backtest.comparison.differences import Figure, Matched, Row
from trader.backtest.comparison.runs import Run
from trader.backtest.reporting.charts import Frame, chart, thinned
from trader.backtest.reporting.lines import Curve
from trader.backtest.reporting.markup import Html, box, bullets, paragraphs, section, under
from trader.backtest.reporting.report import Look, heading, page
from trader.backtest.reporting.scales import time_axis, wants_logarithm
from trader.backtest.reporting.tables import plain_table
from trader.backtest.reporting.wording import Wording

MOST_TRADES = 200
_STYLES = ("ours", "c1", "c2", "c3", "c4")


def comparison_html(made: Comparison, look: Look) -> str:
    """The whole page. The same runs give the same text."""
    say = Wording(look.language)
    title = " · ".join(run.name for run in made.runs)
    subtitle = ", ".join(
        f"{a} = {run.name}" for a, run in zip(made.letters, made.runs, strict=True)
    )
    cautions = telling.cautions(made, say)
    parts = (
        heading(say("cmp.title"), say("cmp.heading", runs=len(made.runs)), subtitle),
        box("amber", say("read_first"), bullets(cautions)) if cautions else "",
        _differences(made, say("cmp.asked"), made.asked, say("cmp.asked_same")),
        _differences(made, say("data"), made.candles, say("cmp.data_same")),
        section(say("cmp.figures"), _figures(made, say), say("cmp.arrows")),
        _equity(made, say),
        *(
            _trades(made, match, letter, say)
            for letter, match in zip(made.letters[1:], made.trades, strict=True)
        ),
    )
    footer = say("generated", version=__version__, engine="compare")
    return page(f"{say('cmp.title')} · {title}", "".join(parts), footer, look)


def _differences(made: Comparison, title: str, rows: Sequence[Row], none: str) -> str:
    if not rows:
        return section(title, paragraphs([none]))
    cells = [[row.name, *telling.row_values(row.name, row.values)] for row in rows]
    return section(title, plain_table(["", *made.letters], cells, "words"))


def _figures(made: Comparison, say: Wording) -> Html:
    rows = [_figure(made, one, say) for one in made.figures]
    return plain_table(["", *made.letters], rows)


def _figure(made: Comparison, one: Figure, say: Wording) -> list[object]:
    name = telling.figure_name(one.name, say)
    formula = say(f"f.{one.name}") if say.has(f"f.{one.name}") else ""
    texts = zip(telling.figure_texts(made, one), one.verdicts, strict=True)
    return [
        Html(f'<span title="{escape(formula)}">{escape(name)}</span>'),
        *(Html(_coloured(text, verdict)) for text, verdict in texts),
    ]


def _coloured(text: str, verdict: int) -> str:
    style = {1: "up", -1: "down"}.get(verdict)
    return f'<span class="{style}">{escape(text)}</span>' if style else escape(text)


def _equity(made: Comparison, say: Wording) -> str:
    """All runs from 100 on, each over its own time."""
    letters = zip(_STYLES, made.letters, made.runs, strict=False)
    curves = [_curve(style, letter, run) for style, letter, run in letters if len(run.time)]
    if not curves:
        return ""
    time = np.concatenate([curve.x for curve in curves])
    axis = time_axis(np.array([np.min(time), np.max(time)], dtype=np.int64))
    heights = [curve.values for curve in curves]
    frame = Frame(say("cmp.equity"), figures.rounded, wants_logarithm(heights))
    return section(say("cmp.equity"), chart(axis, frame, curves[::-1]), say("cmp.equity_hint"))


def _curve(style: str, letter: str, run: Run) -> Curve:
    rows = thinned(run.equity)
    start = run.content.get("capital") or run.equity[0] or 1.0
    name = f"{letter} {run.name}"
    return Curve(style, name, run.time[rows], 100.0 * run.equity[rows] / float(start))


def _trades(made: Comparison, match: Matched, letter: str, say: Wording) -> str:
    quote, other = made.runs[0].quote, made.runs[made.letters.index(letter)].quote
    pairs = [telling.pair_cells(pair, (quote, other), say) for pair in match.different]
    parts = [
        paragraphs([telling.summary_of(match, letter, say)]),
        _cut(say("cmp.different", letter=letter), telling.pair_heads(letter, say), pairs, say),
    ]
    for name, trades, money in (("A", match.only_first, quote), (letter, match.only_other, other)):
        rows = [telling.trade_cells(trade, money, say) for trade in trades]
        parts.append(_cut(say("cmp.only", letter=name), telling.trade_heads(say), rows, say))
    return section(say("cmp.trades", letter=letter), "".join(parts))


def _cut(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], say: Wording) -> Html:
    if not rows:
        return Html("")
    hint = say("cmp.first_of", shown=MOST_TRADES, all=f"{len(rows):,}")
    return under(
        title, plain_table(heads, rows[:MOST_TRADES]), hint if len(rows) > MOST_TRADES else ""
    )
