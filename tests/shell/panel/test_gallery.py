"""Charts are made for whom somebody looks at, kept fresh, and cost nothing otherwise."""

import json
from pathlib import Path

import pytest

from tests.engine.bench import Bench
from tests.strategies.drawing import walk
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient
from trader.bridge.panel.schemas import ChartFile
from trader.bridge.panel.writer import PanelWriter
from trader.domain.candles import Candle
from trader.domain.events import CandlesClosed, PriceSeen
from trader.domain.parameters import Parameters, StrategyShare
from trader.domain.time import HOUR
from trader.shell.panel.gallery import Gallery
from trader.strategies.catalogue import discover
from trader.strategies.live import Sitting, Terms

KEY = "upbit:BTC/KRW"
TERMS = Terms(
    {"upbit": Parameters(strategies=(StrategyShare("breakout"),))}, {"upbit": 0.0005}, discover()
)
AT = 1_000.0


class Room:
    """A gallery over an engine on a bench; candles are drawn."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench("upbit")
        self.writer = PanelWriter(folder)
        self.client = PanelClient(folder, lambda: AT)
        self.asked = 0
        self.gallery = Gallery(self.bench.engine, self._sitting, self.writer)

    def _sitting(self, key: str) -> Sitting:
        self.asked += 1
        return Sitting(key, walk(300, HOUR), TERMS)

    def paint(self, now: float = AT) -> int:
        """Write what is due; how many charts."""
        sketches = self.gallery.sketches(now)
        for sketch in sketches:
            self.gallery.paint(sketch)
        return len(sketches)

    def chart(self) -> ChartFile:
        found = self.client.chart(KEY).value
        assert found is not None
        return found

    def price(self, price: float, at: int) -> None:
        self.gallery.note_price(PriceSeen(KEY, price, at))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path)
    made.gallery.wish((KEY, "upbit:NOT/THERE"))
    return made


def test_nobody_looks_so_nothing_is_made(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.price(1.0, 0)
    assert (room.paint(), room.asked, room.gallery.open) == (0, 0, False)


def test_a_wanted_chart_is_made_once_and_again_when_a_candle_closes(room: Room) -> None:
    assert (room.paint(), room.asked) == (1, 1)
    assert (room.paint(AT + 10), room.asked) == (0, 1)
    room.bench.price(100.0)
    candle = Candle(KEY, 0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    room.gallery.note_candles(CandlesClosed((candle,), HOUR))
    assert (room.paint(AT + 11), room.asked) == (1, 2)
    assert len(room.chart().bars) == 300


def test_the_candle_that_forms_follows_prices_every_two_seconds(room: Room) -> None:
    room.paint()
    for price in (10.0, 12.0, 9.0, 11.0):
        room.price(price, HOUR + 5)
    assert room.paint(AT + 1) == 0
    assert (room.paint(AT + 2), room.asked) == (1, 1)
    assert room.chart().forming == (HOUR, 10.0, 12.0, 9.0, 11.0, None)
    room.price(20.0, 2 * HOUR)
    room.paint(AT + 4)
    assert room.chart().forming == (2 * HOUR, 20.0, 20.0, 20.0, 20.0, None)


def test_levels_of_what_is_held(room: Room) -> None:
    held = room.bench.hold()
    room.paint()
    levels = {level.kind: level.price for level in room.chart().levels}
    assert levels["entry"] == float(held.position.entry_price)
    assert levels["stop"] < levels["entry"]
    assert "liquidation" not in levels


def test_a_disk_that_refuses_gets_the_whole_chart_later(room: Room) -> None:
    (room.writer.folder).mkdir()
    (room.writer.folder / names.CHARTS).write_text("in the way")
    with pytest.raises(OSError, match=r"."):
        room.paint()
    (room.writer.folder / names.CHARTS).unlink()
    assert room.paint(AT + 3) == 1
    assert len(room.chart().bars) == 300


@pytest.mark.parametrize(
    "text", ["", "[]", '{"timestamp": 1}', '{"timestamp":1,"charts":{"a":"b"}}']
)
def test_wishes_that_cannot_be_read_are_none(room: Room, text: str) -> None:
    room.writer.folder.mkdir()
    (room.writer.folder / names.WANTED).write_text(text)
    assert room.gallery.wishes(AT) == ()


def test_wishes_age(room: Room) -> None:
    room.writer.folder.mkdir()
    wishes = {"timestamp": AT, "charts": {KEY: AT - 29, "upbit:ETH/KRW": AT - 31, "x:Y/Z": AT + 9}}
    (room.writer.folder / names.WANTED).write_text(json.dumps(wishes))
    assert room.gallery.wishes(AT) == (KEY,)
