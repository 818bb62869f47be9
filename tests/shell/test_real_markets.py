"""Real markets out of settings: what is wanted, what of the engine the feed sees."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from config.errors import SettingsError
from config.settings import Settings
from trader.app import source_of
from trader.domain.events import MarketListed
from trader.domain.instrument import MarketRules
from trader.domain.parameters import Parameters
from trader.domain.quotation import MarketQuoted
from trader.engine.ports import Restored
from trader.feeds.live.directory import Directory
from trader.feeds.live.ports import Wall
from trader.shell import real_markets
from trader.shell.clock import WallClock
from trader.shell.inbox import Inbox
from trader.shell.options import Options
from trader.shell.stage import Stage, terms_of
from trader.shell.tuning import read_or_refuse
from trader.strategies.catalogue import discover

NOON = 1_755_950_400_000
BTC, ETH = "upbit:BTC/KRW", "upbit:ETH/KRW"
WANTED = {"upbit": Parameters(symbols=("ETH/KRW", "DOGE/KRW", "BTC/KRW"))}


async def _sleep(_: float) -> None:
    return None


WALL = Wall(lambda: NOON, _sleep)


def _stage(directory: Directory) -> Stage:
    return Stage(directory, WANTED, terms_of(WANTED, discover()), Restored(), NOON)


def test_symbols_that_a_venue_does_not_list_are_said_once_when_it_was_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    directory = Directory()
    plan = real_markets.plan_of(_stage(directory), WANTED, directory, WALL)
    assert plan().listed == ()
    assert caplog.records == []
    directory.heard("upbit", [MarketQuoted(key, MarketRules(), 1.0) for key in (BTC, ETH)])
    assert plan().listed == (ETH, BTC)
    plan()
    assert [r.getMessage() for r in caplog.records] == [
        "not listed there, so not traded: upbit:DOGE/KRW"
    ]


def test_the_feed_sees_what_is_being_entered_and_whether_the_engine_is_behind() -> None:
    inbox, directory = Inbox(), Directory()
    engine = _stage(directory).engine(0)
    listener = real_markets.listener_of(inbox, engine)
    listener.put(MarketListed(BTC, MarketRules(), NOON))
    assert not listener.idle()
    assert not listener.holds(BTC)  # nobody knows it yet
    engine.process(MarketListed(BTC, MarketRules(), NOON))
    assert not listener.holds(BTC)
    engine.state.symbols[BTC].entry = "aaUE-1"
    assert listener.holds(BTC)
    assert listener.opened("upbit") == {}


def test_the_clock_in_milliseconds() -> None:
    wall = real_markets.wall_of(WallClock())
    assert wall.now() > 1_700_000_000_000


def test_timeframes_are_those_that_the_venues_candles_make(tmp_path: Path) -> None:
    real_markets.check_timeframes(_settings(tmp_path, "VENUES=upbit\nCRYPTO_TIMEFRAME=2h\n"))
    with pytest.raises(SettingsError, match="upbit has no candles that make a TIMEFRAME of 30 s"):
        real_markets.check_timeframes(_settings(tmp_path, "VENUES=upbit\nCRYPTO_TIMEFRAME=30s\n"))


def _settings(folder: Path, text: str) -> Settings:
    path = folder / ".env"
    path.write_text(text, "utf-8")
    return read_or_refuse(source_of(Options(env_file=path), discover()), must_exist=True)[1]
