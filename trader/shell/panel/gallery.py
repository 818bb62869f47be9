"""The charts that somebody looks at, and no others: kept as fresh as their wishes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from trader.bridge.documents import number
from trader.bridge.files import read_whole
from trader.bridge.panel import names
from trader.bridge.panel.client import wanted_at
from trader.bridge.panel.schemas import WantedFile
from trader.bridge.panel.writer import PanelWriter, spelled
from trader.domain.events import CandlesClosed, HistoryLoaded, PriceSeen
from trader.domain.instrument import symbol_of, venue_of
from trader.domain.time import Millis
from trader.engine.engine import Engine
from trader.engine.state import SymbolState
from trader.shell import showing
from trader.shell.panel.pictures import picture
from trader.strategies.live import Sitting

FORMING_EVERY = 2.0  # seconds
MOST = 12  # charts at once
_LARGEST = 65_536  # bytes of the wishes

Row = dict[str, Any]


@dataclass(slots=True)
class Forming:
    """The candle that has not closed yet, as seen since somebody looks."""

    time: Millis
    open: float
    high: float
    low: float
    close: float

    def seen(self, price: float) -> None:
        """One more price."""
        self.high, self.low = max(self.high, price), min(self.low, price)
        self.close = price

    def row(self) -> list[float | None]:
        """As the file has it; nobody counted its volume."""
        return [self.time, self.open, self.high, self.low, self.close, None]


@dataclass(slots=True)
class Easel:
    """One chart at work. `body`: what changes only with a candle or a setting, spelled."""

    forming: Forming | None = None
    stale: bool = True
    head: Row | None = None
    body: str = ""
    written_at: float = 0.0
    parameters: object = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """What the thread needs for one chart; `sitting` None: the body stays as it is."""

    key: str
    head: Row
    sitting: Sitting | None


class Gallery:
    """`note_*` and `sketches` are called in the loop, `wishes` and `paint` in a thread."""

    def __init__(
        self, engine: Engine, sitting: Callable[[str], Sitting | None], writer: PanelWriter
    ) -> None:
        self._state = engine.state
        self._sitting = sitting
        self._writer = writer
        self._easels: dict[str, Easel] = {}

    # ------------------------------------------------------------ in the loop

    @property
    def open(self) -> bool:
        """Whether anybody looks at a chart."""
        return bool(self._easels)

    def wish(self, keys: tuple[str, ...]) -> None:
        """These charts are wanted now."""
        known = [key for key in keys if key in self._state.symbols][:MOST]
        self._easels = {key: self._easels.get(key) or Easel() for key in known}

    def note_price(self, event: PriceSeen) -> None:
        """A price; instant where nobody looks."""
        easel = self._easels.get(event.key)
        if easel is None or not event.price > 0:
            return
        timeframe = self._state.venue_by_key[event.key].parameters.timeframe.ms
        start = event.at - event.at % timeframe
        if easel.forming is None or easel.forming.time != start:
            easel.forming = Forming(start, *(event.price,) * 4)
        else:
            easel.forming.seen(event.price)

    def note_candles(self, event: CandlesClosed | HistoryLoaded) -> None:
        """Candles closed, or the past was loaded anew."""
        keys = (c.key for c in event.candles) if isinstance(event, CandlesClosed) else (event.key,)
        for key in keys:
            easel = self._easels.get(key)
            if easel is not None:
                easel.stale = True

    def sketches(self, now: float) -> list[Sketch]:
        """What is to be painted now. `now` in seconds since 1970."""
        found = []
        for key, easel in self._easels.items():
            venue, sym = self._state.venue_by_key[key], self._state.symbols[key]
            stale = easel.stale or easel.parameters is not venue.parameters
            if not stale and now - easel.written_at < FORMING_EVERY:
                continue
            head = self._head(sym, easel)
            if not stale and head == easel.head:
                continue
            sitting = self._sitting(key) if stale else None
            easel.head, easel.written_at = head, now
            easel.stale, easel.parameters = False, venue.parameters
            found.append(Sketch(key, head | {"timestamp": now}, sitting))
        return found

    def _head(self, sym: SymbolState, easel: Easel) -> Row:
        parameters = self._state.venue_by_key[sym.key].parameters
        return {
            "venue": venue_of(sym.key),
            "symbol": symbol_of(sym.key),
            "timeframe": parameters.timeframe.name,
            "strategy": parameters.strategies[0].name,
            "forming": None if easel.forming is None else easel.forming.row(),
            "levels": self._levels(sym),
        }

    def _levels(self, sym: SymbolState) -> list[Row]:
        """Of what is held its guards, else where the strategy would enter in this candle."""
        if sym.held is None:
            kinds = [("long" if d > 0 else "short", price) for d, price in sym.levels]
        else:
            held = showing.held_view(self._state.venue_by_key[sym.key], sym.held)
            position = held.position
            kinds = [
                ("entry", float(position.entry_price)),
                ("stop", math.nan if held.stop is None else held.stop),
                ("take_profit", math.nan if held.take_profit is None else held.take_profit),
                ("trailing", math.nan if held.trailing is None else held.trailing),
                ("liquidation", position.liquidation),
            ]
        shown = [(kind, number(price)) for kind, price in kinds]
        return [{"kind": kind, "price": price} for kind, price in shown if price is not None]

    # ------------------------------------------------------------ in a thread

    def wishes(self, now: float) -> tuple[str, ...]:
        """What the panel asks for; nothing while it asks for nothing that can be read."""
        try:
            raw = read_whole(self._writer.folder / names.WANTED, _LARGEST)
            return tuple(wanted_at(WantedFile.model_validate_json(raw), now))
        except (OSError, ValidationError):
            return ()

    def paint(self, sketch: Sketch) -> None:
        """Write one chart. Raises `OSError`."""
        easel = self._easels.get(sketch.key)
        if easel is None:
            return
        if sketch.sitting is not None:
            easel.body = spelled(picture(sketch.sitting))
        if not easel.body:
            return
        text = f"{spelled(sketch.head)[:-1]}, {easel.body[1:]}"
        try:
            self._writer.put_text(names.chart_name(sketch.key), text)
        except OSError:
            easel.stale = True  # all of it again, as soon as the disk takes it
            raise
