"""How a comparison is put into words and cells, the same on the screen and on the page."""

from __future__ import annotations

from typing import Any

from trader.backtest import figures
from trader.backtest.comparison.comparison import Comparison
from trader.backtest.comparison.differences import Figure, Matched, Trade
from trader.backtest.reporting.tables import plain_value
from trader.backtest.reporting.tiles import shown
from trader.backtest.reporting.wording import Wording

_ARROWS = {1: " ▲", -1: " ▼", 0: ""}


def value_text(value: Any) -> str:
    """A parameter or a fact about data; nothing is a dash."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {inner}" for name, inner in value.items()) or figures.DASH
    return plain_value(value)


def row_values(name: str, values: tuple[Any, ...]) -> list[str]:
    """Cells of a row; spans of milliseconds are written as moments."""
    if name.endswith("span"):
        return [_span(value) for value in values]
    return [value_text(value) for value in values]


def _span(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(at, int) for at in value):
        return value_text(value)
    return " – ".join(figures.moment(at) for at in value)


def figure_name(name: str, say: Wording) -> str:
    """A metric's name for people; one that is not known here by its own."""
    return say(f"m.{name}") if say.has(f"m.{name}") else name


def figure_texts(made: Comparison, one: Figure) -> list[str]:
    """A metric in every run, with an arrow where it is better or worse than in the first."""
    cells = zip(one.values, one.verdicts, made.runs, strict=True)
    return [shown(one.name, value, run.quote) + _ARROWS[sign] for value, sign, run in cells]


def cautions(made: Comparison, say: Wording) -> list[str]:
    """What makes the comparison lame."""
    found = []
    if made.candles:
        found.append(say("cmp.data_differ"))
    if len({run.quote for run in made.runs}) > 1:
        found.append(say("cmp.quotes_differ"))
    return found


def summary_of(match: Matched, letter: str, say: Wording) -> str:
    """One sentence on the trades of the first run and another."""
    return say(
        "cmp.trades_line",
        same=f"{match.same:,}",
        resized=f"{match.resized:,}",
        different=f"{len(match.different):,}",
        first=f"{len(match.only_first):,}",
        other=f"{len(match.only_other):,}",
        letter=letter,
    )


def trade_heads(say: Wording) -> list[str]:
    """Heads of `trade_cells`."""
    names = ("symbol", "side", "entry", "profit", "reason", "exit", "strategy")
    return [say(name) for name in names]


def trade_cells(trade: Trade, quote: str, say: Wording) -> list[str]:
    """One trade that only one run has, what matters most first."""
    return [
        *_who(trade, say),
        figures.money(trade["pnl"], quote, sign=True),
        _reason(trade, say),
        figures.moment(int(trade["exit_time"])),
        trade["strategy"],
    ]


def pair_heads(letter: str, say: Wording) -> list[str]:
    """Heads of `pair_cells`."""
    names = [say(name) for name in ("symbol", "side", "entry")]
    what = [say(name) for name in ("profit", "reason", "exit")]
    return [*names, *(f"{name} {one}" for name in what for one in ("A", letter)), say("strategy")]


def pair_cells(pair: tuple[Trade, Trade], quotes: tuple[str, str], say: Wording) -> list[str]:
    """One trade that two runs have with different results, what matters most first."""
    money = zip(pair, quotes, strict=True)
    return [
        *_who(pair[0], say),
        *(figures.money(trade["pnl"], quote, sign=True) for trade, quote in money),
        *(_reason(trade, say) for trade in pair),
        *(figures.moment(int(trade["exit_time"])) for trade in pair),
        pair[0]["strategy"],
    ]


def _who(trade: Trade, say: Wording) -> list[str]:
    side = trade["side"]
    named = say(side) if side in ("long", "short") else side
    return [trade["symbol"], named, figures.moment(int(trade["entry_time"]))]


def _reason(trade: Trade, say: Wording) -> str:
    code = trade["exit_reason"]
    return say(f"x.{code}") if say.has(f"x.{code}") else str(code)
