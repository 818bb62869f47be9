"""Real markets out of settings: whom to listen to, what of the engine the feed must know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic_ns

from config.errors import Problem, SettingsError
from config.settings import Settings
from trader.domain.errors import BadInput
from trader.domain.finding import Finding
from trader.domain.instrument import VENUES
from trader.domain.parameters import Parameters
from trader.domain.time import Millis, Timeframe
from trader.engine.engine import Engine
from trader.engine.ports import Restored
from trader.feeds.demo import Scene
from trader.feeds.live.directory import Directory
from trader.feeds.live.feed import LiveFeed
from trader.feeds.live.frame import frame_of
from trader.feeds.live.ports import Exchange, Listener, Wall
from trader.feeds.live.venue_feed import Studio, VenueFeed
from trader.shell.clock import Clock
from trader.shell.inbox import Inbox
from trader.shell.outside import Outside
from trader.shell.stage import Stage
from trader.shell.tuning import Source
from trader.venues.real.addresses import Addresses
from trader.venues.real.budget import Budget
from trader.venues.real.limits import LIMITS
from trader.venues.real.public import PublicVenue
from trader.venues.real.public_questions import QUESTIONS

Budgets = Mapping[str, Budget]
log = logging.getLogger("trader.shell")
BANNERS = {
    "paper": "real prices, simulated orders",
    "testnet": "the exchanges' test networks, orders without worth",
    "live": "real prices, real orders, real money",
}
NO_SYMBOLS = "chosen as soon as the exchange answers"


def wall_of(clock: Clock) -> Wall:
    """The clock in the unit of the markets."""
    return Wall(lambda: round(clock.now() * 1_000), clock.sleep)


def directory_of(restored: Restored) -> Directory:
    """A directory that knows what is held or being ordered before any exchange answers."""
    sent = (order.key for order in restored.orders if order.live)
    return Directory([*(position.key for position in restored.positions), *sent])


def listener_of(inbox: Inbox, engine: Engine) -> Listener:
    """The engine as the feed sees it."""
    state = engine.state

    def holds(key: str) -> bool:
        symbol = state.symbols.get(key)
        return symbol is not None and not symbol.idle

    def opened(venue: str) -> Mapping[str, Millis]:
        holding = state.venues[venue].holding.items()
        return {key: held.position.opened_at for key, held in holding}

    return Listener(inbox.put, lambda: not len(inbox), holds, opened, inbox.room)


def engine_of(stage: Stage, settings: Settings, first_day_until: Millis) -> Engine:
    """The engine of a stage. What is simulated keeps its dust."""
    system = settings.system
    dust = system.dust_to_bnb and settings.mode != "paper"
    return stage.engine(system.warmup_cycles, first_day_until, convert_dust=dust)


def studio_of(
    stage: Stage,
    wanted: Mapping[str, Parameters],
    directory: Directory,
    listener: Listener,
    wall: Wall,
) -> Studio:
    """What the venues of a feed share."""
    return Studio(wall, listener, directory, plan_of(stage, wanted, directory, wall))


def plan_of(
    stage: Stage, wanted: Mapping[str, Parameters], directory: Directory, wall: Wall
) -> Callable[[], Scene]:
    """What is wanted at any moment, by `wanted` and the markets of then.

    Symbols that are set and that a venue does not list are said once.
    """
    said: set[str] = set()

    def plan() -> Scene:
        wished = [f"{venue}:{symbol}" for venue, p in wanted.items() for symbol in p.symbols]
        unknown = [key for key in directory.unlisted(wished) if key not in said]
        if unknown:
            log.warning("not listed there, so not traded: %s", ", ".join(unknown))
            said.update(unknown)
        return stage.scene(wanted, wall.now())

    return plan


def budgets_of(settings: Settings, wall: Wall) -> Budgets:
    """What may be asked of each venue, shared by everybody in this process who asks.

    They do not follow the wall's clock: one that is put back would keep exits waiting.
    """
    return {venue: Budget(LIMITS[venue], _steady, wall.sleep) for venue in settings.venues}


def _steady() -> Millis:
    return monotonic_ns() // 1_000_000


def feed_of(
    settings: Settings,
    exchanges: Mapping[str, Exchange],
    studio: Studio,
    since: Millis,
    budgets: Budgets,
) -> LiveFeed:
    """A feed of all venues. `exchanges` trade on its prices; funding is settled from `since` on."""
    venues = {}
    for name, exchange in exchanges.items():
        public = PublicVenue(name, addresses_of(settings, name), budgets[name])
        venues[name] = VenueFeed(name, public, exchange, studio, since)
    return LiveFeed(venues, studio.wall, studio.listener)


def recast(
    feed: LiveFeed, wanted: dict[str, Parameters], changed: Mapping[str, Parameters]
) -> None:
    """Other parameters came into force: symbols and timeframes are taken up by the feed."""
    wanted.update(changed)
    feed.replan()


def outside_of(
    feed: LiveFeed,
    budgets: Budgets,
    findings: Callable[[], tuple[Sequence[Finding], float] | None],
) -> Outside:
    """What is shown of the exchanges: prices, requests left, what accounts answered."""

    def used() -> dict[str, tuple[float, float]]:
        return {venue: budget.tightest for venue, budget in budgets.items()}

    return Outside(lambda: feed.is_open, feed.sources, NO_SYMBOLS, used, findings)


def addresses_of(settings: Settings, venue: str) -> Addresses:
    """Where a venue is: as set, or the exchange's own; its test network in mode testnet."""
    return Addresses(*settings.system.endpoints(venue), sandbox=settings.mode == "testnet")


def checking(source: Source, settings: Settings) -> Source:
    """The same source, whose timeframes are looked at now and at every change.

    Raises `SettingsError`.
    """
    check_timeframes(settings)
    return replace(source, check=check_timeframes)


def check_timeframes(settings: Settings) -> None:
    """Whether every venue has candles that make its timeframe. Raises `SettingsError`."""
    for venue in VENUES:
        values = settings.parameters.get(venue)
        if values is None:
            continue
        try:
            frame_of(Timeframe.parse(values["timeframe"]).ms, QUESTIONS[venue].lengths, venue)
        except BadInput as error:
            raise SettingsError([Problem("", "TIMEFRAME", None, str(error))]) from error
