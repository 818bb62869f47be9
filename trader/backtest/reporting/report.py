"""`report.html`: one file that explains a result, without script or anything from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from trader import __version__
from trader.backtest import figures
from trader.backtest.ledger import ledger_from
from trader.backtest.metrics import Metrics
from trader.backtest.plan import BacktestPlan, BacktestResult
from trader.backtest.reporting import remarks, sections
from trader.backtest.reporting.chance import chance_section
from trader.backtest.reporting.lines import definitions
from trader.backtest.reporting.markup import Html, box, bullets, paragraphs, section
from trader.backtest.reporting.styles import COLOURS, style_sheet, usual
from trader.backtest.reporting.subject import Subject
from trader.backtest.reporting.tiles import tiles
from trader.backtest.reporting.wording import Wording

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'"  # the browser itself refuses anything else
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a report speaks and colours. `colours`: kr (up red), intl (up green), cb (up orange)."""

    language: str = "en"
    colours: str = "intl"


def look_of(language: str, colours: str) -> Look:
    """`auto` colours are those that readers of the language expect."""
    return Look(language, usual(language) if colours == "auto" else colours)


def report_html(
    plan: BacktestPlan,
    result: BacktestResult,
    metrics: Metrics,
    look: Look,
    extras: Sequence[Html] = (),
) -> str:
    """The whole page. The same result gives the same text.

    `extras` are sections of other parts (`markup.section`), placed after the curves.
    """
    trades = result.in_exit_order()
    about = Subject(plan, result, metrics, ledger_from(trades), Wording(look.language))
    parts = (
        _header(about),
        _boxes(about),
        _happened(about),
        tiles(metrics, plan.quote, about.say),
        sections.curves(about),
        *extras,
        chance_section(about),
        sections.months(about),
        sections.trades(about, trades),
        sections.why_not(about),
        sections.made_of(about),
    )
    title = f"{about.say('title')} · {_strategies(plan)}"
    footer = about.say("generated", version=__version__, engine=result.engine)
    return page(title, "".join(parts), footer, look)


def page(title: str, body: str, footer: str, look: Look) -> str:
    """A whole HTML file around a body that is HTML already."""
    colours = COLOURS.get(look.colours, COLOURS["intl"])
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(look.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style_sheet(colours)}</style></head>"
        f"<body>{definitions()}<main>{body}</main><footer>{escape(footer)}</footer></body></html>\n"
    )


def _strategies(plan: BacktestPlan) -> str:
    return ", ".join(share.name for share in plan.parameters.strategies)


def _header(about: Subject) -> str:
    plan, time = about.plan, about.result.time
    first, last = (int(time[0]), int(time[-1])) if len(time) else (0, 0)
    subtitle = about.say(
        "subtitle",
        venue=plan.venue,
        symbols=", ".join(series.symbol for series in plan.series),
        timeframe=plan.parameters.timeframe.name,
        first=figures.moment(first),
        last=figures.moment(last),
    )
    return heading(about.say("title"), _strategies(plan), subtitle)


def heading(badge: str, title: str, subtitle: str) -> Html:
    """The top of a page."""
    return Html(
        f'<header><span class="badge">{escape(badge)}</span><h1>{escape(title)}</h1>'
        f"<p>{escape(subtitle)}</p></header>"
    )


def _boxes(about: Subject) -> str:
    """What must be read before any number."""
    say, found = about.say, []
    if about.result.notices:
        found.append(box("grave", say("grave.title"), bullets(about.result.notices)))
    few = remarks.few_trades(about.metrics, say)
    if few:
        found.append(box("amber", say("few.title"), paragraphs([few])))
    cautions = remarks.cautions(about.plan, about.result, say)
    if cautions:
        found.append(box("amber", say("read_first"), bullets(cautions)))
    return "".join(found)


def _happened(about: Subject) -> str:
    given = (about.plan, about.result, about.metrics, about.say)
    first, *others = remarks.lead(*given)
    told = Html(f'<p class="lead">{escape(first)}</p>') + paragraphs(others)
    return section(about.say("what_happened"), told + bullets(remarks.judgement(*given)))
