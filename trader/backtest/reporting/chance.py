"""The section on luck: the same trades in other orders, beside the order that happened."""

from __future__ import annotations

import zlib

from trader.backtest import figures
from trader.backtest.honesty.monte_carlo import Band, band, paths_for
from trader.backtest.reporting.charts import Frame, chart
from trader.backtest.reporting.lines import Area, Curve
from trader.backtest.reporting.markup import Html, paragraphs, section
from trader.backtest.reporting.scales import number_axis, wants_logarithm
from trader.backtest.reporting.subject import Subject

_FEWEST = 2  # one trade has only one order


def chance_section(about: Subject) -> str:
    """A band of equity paths and of deepest falls; nothing for fewer than two trades.

    The seed is made of the profits, so that the same trades always give the same drawing.
    """
    pnl = about.ledger.pnl
    if len(pnl) < _FEWEST:
        return ""
    drawn = band(pnl, about.plan.capital, zlib.crc32(pnl.tobytes()), paths_for(len(pnl)))
    hint = about.say("chance_hint", trades=f"{len(pnl):,}", paths=f"{drawn.paths:,}")
    body = band_chart(about, drawn) + paragraphs([_falls(about, drawn)])
    return section(f"{about.say('chance')} ({about.plan.quote})", body, hint)


def band_chart(about: Subject, drawn: Band) -> Html:
    """Equity after so many trades: the band, its middle, what happened."""
    say, after = about.say, drawn.after
    lines = (
        Area("band", say("chance_band"), after, drawn.low, drawn.high),
        Curve("held", say("chance_middle"), after, drawn.middle),
        Curve("ours", say("chance_ours"), after, drawn.actual),
    )
    axis = number_axis(0, float(after[-1]), figures.rounded)
    logs = wants_logarithm([drawn.low, drawn.high, drawn.actual])
    frame = Frame(say("chance"), figures.rounded, logs, along=say("chance_along"))
    return Html(f'<div class="low">{chart(axis, frame, lines)}</div>')


def _falls(about: Subject, drawn: Band) -> str:
    low, middle, high = (figures.percent(value, places=1) for value in drawn.falls)
    actual = figures.percent(drawn.actual_fall, places=1)
    return about.say("chance_falls", actual=actual, low=low, middle=middle, high=high)
