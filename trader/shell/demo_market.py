"""The demo's market out of options and settings: invented or recorded, and where it begins."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import Problem, SettingsError
from config.settings import Settings
from trader.domain.errors import BadInput
from trader.domain.instrument import venue_of
from trader.domain.parameters import Parameters
from trader.domain.time import Millis, Timeframe
from trader.feeds.candle_frames import check_divides
from trader.feeds.cue import before_first_wish
from trader.feeds.demo import DemoFeed, Pace
from trader.feeds.generator import GeneratedMarket
from trader.feeds.market import Market
from trader.feeds.programme import open_replay
from trader.feeds.shelf import Wish
from trader.shell import world
from trader.shell.inbox import Inbox
from trader.shell.options import Options
from trader.shell.stage import Stage
from trader.strategies.live import Terms

ByVenue = Mapping[str, Parameters]


def market_of(options: Options, settings: Settings, parameters: ByVenue) -> Market:
    """The demo's market: recorded files when given, else invented from the seed."""
    if not options.market:
        return GeneratedMarket(settings.system.demo_seed)
    return open_replay(wished(options, parameters))


def wished(options: Options, parameters: ByVenue) -> Wish:
    """Which recorded candles are played, made to which timeframes."""
    timeframes = {venue: p.timeframe.ms for venue, p in parameters.items()}
    return Wish(options.market, timeframes, options.market_start)


def opening(options: Options, settings: Settings, market: Market, terms: Terms) -> Millis:
    """Where a demo begins: recordings without --start shortly before something is wanted."""
    if not options.market or options.market_start is not None:
        return market.start
    frames = {key: terms.parameters_of(key).timeframe.ms for key in market.keys}
    system = settings.system
    warmup = system.warmup_cycles * system.loop_seconds + 3.0
    return before_first_wish(market, frames, terms, round(warmup * system.demo_speed * 1_000))


def world_of(options: Options, settings: Settings, start_at: Millis) -> world.World:
    """Which books belong to this market."""
    played = "-".join(path.resolve().name for path in options.market)
    start = f"-{options.market_start}" if options.market_start is not None else ""
    name = f"{played}{start}" if played else f"seed-{settings.system.demo_seed}"
    return world.World(settings.mode, name, start_at)


def pace_of(options: Options, settings: Settings, inbox: Inbox) -> Pace:
    """How fast the demo's market goes by."""
    return Pace(options.clock.now, options.clock.sleep, inbox.room, settings.system.demo_speed)


def check_timeframes(market: Market, settings: Settings) -> None:
    """Whether the market's candles make every timeframe that is set. Raises `SettingsError`."""
    for key in market.keys:
        values = settings.parameters.get(venue_of(key))
        if values is None:
            continue
        try:
            check_divides(market.timeframe(key), Timeframe.parse(values["timeframe"]).ms, key)
        except BadInput as error:
            raise SettingsError([Problem("", "TIMEFRAME", None, str(error))]) from error


def unknown_symbols(market: Market, parameters: ByVenue) -> str:
    """A sentence about symbols that are set and do not exist here; empty when all do."""
    wanted = [f"{venue}:{symbol}" for venue, p in parameters.items() for symbol in p.symbols]
    missing = [key for key in wanted if key not in market.keys]
    return f"not in this market, so not traded: {', '.join(missing)}" if missing else ""


def recast(feed: DemoFeed, stage: Stage, parameters: ByVenue) -> None:
    """Other symbols or timeframes came into force."""
    scene = stage.scene(parameters, feed.at)
    if scene != feed.scene:
        feed.recast(scene)
