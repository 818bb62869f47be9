"""What the chart draws, made of the published candles, trades and levels: plain data for a browser.

Times are seconds since 1970 UTC; the browser writes them in the viewer's zone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from dashboard.figures import amount, price
from dashboard.pane import Pane
from trader.bridge.panel.schemas import Bar, ChartFile, Overlay, Shade, TradeLine

HEIGHT, LOW = 460, 340  # CSS pixels, where there is room and on a phone
LAYERS = ("trades", "levels", "indicators", "blocked")
_SOLID, _DOTTED, _DASHED = 0, 1, 2
_INKS = (("#7c4dff", "#a48bff"), ("#b26a00", "#e0a030"), ("#00838f", "#3cc3d0"),
         ("#8e24aa", "#d07ce6"), ("#546e7a", "#9fb4bf"), ("#6d4c41", "#c49a86"))  # fmt: skip

Row = dict[str, Any]


def drawn(
    pane: Pane, chart: ChartFile, trades: Iterable[TradeLine], layers: Collection[str]
) -> Row:
    """Everything for one look. `layers`: which of `LAYERS` the viewer wants."""
    bars = bars_of(chart)
    on = {name: name in layers for name in LAYERS}
    return {
        "key": f"{chart.venue}|{chart.symbol}|{chart.timeframe}|{chart.strategy}",
        "name": f"{chart.venue}-{chart.symbol.replace('/', '-')}-{chart.timeframe}",
        "alt": _told(pane, chart, bars),
        "bars": [[bar[0] // 1000, *bar[1:]] for bar in bars],
        "overlays": _overlays(pane, chart.overlays) if on["indicators"] else [],
        "levels": _levels(pane, chart) if on["levels"] else [],
        "markers": _markers(pane, bars, trades) if on["trades"] else [],
        "shade": _shade(pane, bars, chart.shade) if on["blocked"] else [],
        "precision": decimals(bar[4] for bar in bars[-60:]),
        "colours": _colours(pane),
        "zone": pane.times.zone_name,
        "locale": pane.words.language,
        "daily": chart.timeframe[-1:] in ("d", "w", "M"),
        "height": HEIGHT,
        "low": LOW,
        "words": {name: pane.words(f"chart.{name}") for name in _WORDS},
    }


_WORDS = ("open", "high", "low", "close", "volume", "follow", "reset", "picture", "missing")


def bars_of(chart: ChartFile) -> tuple[Bar, ...]:
    """Closed candles and the one that forms, oldest first."""
    forming = chart.forming
    if forming is None or (chart.bars and forming[0] <= chart.bars[-1][0]):
        return chart.bars
    return (*chart.bars, forming)


def decimals(prices: Iterable[float]) -> int:
    """Digits after the point that these prices need, at most 8."""
    needed = [-int(Decimal(repr(x)).normalize().as_tuple().exponent) for x in prices]
    return min(8, max(0, *needed)) if needed else 2


def _told(pane: Pane, chart: ChartFile, bars: Sequence[Bar]) -> str:
    """The chart in a sentence, for those who hear the page."""
    last = price(bars[-1][4]) if bars else "—"
    return pane.words(
        "chart.alt", symbol=chart.symbol, venue=pane.venue(chart.venue),
        timeframe=chart.timeframe, n=len(bars), price=last,
    )  # fmt: skip


def _overlays(pane: Pane, overlays: Sequence[Overlay]) -> list[Row]:
    """Indicators; each name of a pane gets a place of its own below the price."""
    panes = ["price"] + sorted({one.pane for one in overlays} - {"price"})
    return [
        {
            "id": one.id,
            "label": one.id,
            "pane": panes.index(one.pane),
            "kind": one.kind,
            "stepped": False,
            "colour": _INKS[place % len(_INKS)][pane.dark],
            "points": [[at // 1000, value] for at, value in one.points],
        }
        for place, one in enumerate(overlays)
    ]


def _levels(pane: Pane, chart: ChartFile) -> list[Row]:
    """Prices that matter now. Gain and loss wear the palette, the rest does not."""
    up, down = _gain_and_loss(pane)
    plain, amber = _text(pane), "#f5a524" if pane.dark else "#9a5b00"
    looks = {
        "entry": (plain, _SOLID),
        "stop": (down, _DASHED),
        "trailing": (down, _DOTTED),
        "take_profit": (up, _DASHED),
        "liquidation": (amber, _SOLID),
    }
    return [
        {
            "id": level.kind,
            "price": level.price,
            "title": pane.words.of_code("chart.level", level.kind),
            "colour": looks.get(level.kind, (_INKS[0][pane.dark], _DOTTED))[0],
            "style": looks.get(level.kind, (plain, _DOTTED))[1],
        }
        for level in chart.levels
    ]


def _markers(pane: Pane, bars: Sequence[Bar], trades: Iterable[TradeLine]) -> list[Row]:
    """Where it got in and out, on the candle in which it happened."""
    starts = [bar[0] for bar in bars]
    found = [mark for trade in trades for mark in _marks(pane, starts, trade)]
    return sorted(found, key=lambda mark: (mark["time"], mark["id"]))


def _marks(pane: Pane, starts: Sequence[int], trade: TradeLine) -> list[Row]:
    long = trade.side == "long"
    out = pane.palette.ink(trade.pnl, dark=pane.dark) or _text(pane)
    reason = pane.words.of_code("exit", trade.exit_reason)
    result = f"{reason} {amount(trade.pnl_percent, 2, sign=True)} %"
    sides = (
        ("in", trade.opened_at, long, _text(pane), ""),
        ("out", trade.closed_at, not long, out, result),
    )
    return [
        {
            "id": f"{trade.id}:{kind}",
            "time": starts[place - 1] // 1000,
            "position": "belowBar" if buys else "aboveBar",
            "shape": "arrowUp" if buys else "arrowDown",
            "colour": colour,
            "text": text,
        }
        for kind, at, buys, colour, text in sides
        if (place := bisect_right(starts, int(at * 1000)))
    ]


def _shade(pane: Pane, bars: Sequence[Bar], shades: Sequence[Shade]) -> list[list[Any]]:
    """Candles in which no entry was wanted, each with the words of what blocked."""
    words = {shade.code: pane.words.of_code("reason", shade.code) for shade in shades}
    return [
        [bar[0] // 1000, words[shade.code]]
        for shade in shades
        for bar in bars
        if shade.start <= bar[0] < shade.end
    ]


def _colours(pane: Pane) -> dict[str, str]:
    up, down = _gain_and_loss(pane)
    return {
        "up": up,
        "down": down,
        "upFaint": f"{up}55",
        "downFaint": f"{down}55",
        "text": _text(pane),
        "grid": "#33302c" if pane.dark else "#e7e5e1",
        "shade": "#8a8a8a26",
    }


def _gain_and_loss(pane: Pane) -> tuple[str, str]:
    up, down = pane.palette.up, pane.palette.down
    return (up.dark, down.dark) if pane.dark else (up.light, down.light)


def _text(pane: Pane) -> str:
    return "#d9d6d0" if pane.dark else "#3a3733"
