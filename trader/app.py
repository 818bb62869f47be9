"""Composition root: settings become a running system. The only file that knows every class."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

from config import logging as logs
from config.env_file import EnvFile
from config.errors import Problem, SettingsError
from config.reading import Context
from config.redaction import Redactor
from config.settings import Settings
from trader.backtest.optimise.processes import WorkerProcesses
from trader.backtest.optimise.sources import Invented, Recorded, Stored
from trader.domain.errors import AlreadyRunning, BadInput, KeysRefused, TraderError
from trader.domain.instrument import venue_of
from trader.domain.money import exact
from trader.domain.parameters import Parameters
from trader.domain.time import Millis, Timeframe
from trader.engine.ports import Restored
from trader.feeds.candle_frames import check_divides
from trader.feeds.cue import before_first_wish
from trader.feeds.demo import DemoFeed, Pace
from trader.feeds.generator import GeneratedMarket
from trader.feeds.market import Market
from trader.feeds.programme import open_replay
from trader.feeds.shelf import Wish
from trader.shell import arguments, preflight, world
from trader.shell.daemon import Ending
from trader.shell.env_versions import restore
from trader.shell.inbox import Inbox
from trader.shell.lock import owned
from trader.shell.options import Options
from trader.shell.parameters import parameters_of
from trader.shell.recording.starting import recorded
from trader.shell.searching import Searcher
from trader.shell.stage import Stage, terms_of
from trader.shell.system import Parts, System
from trader.shell.tuning import Source, Tuning, read_or_refuse
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import Catalogue, discover
from trader.strategies.live import Terms
from trader.venues.disk import SimulatedDisk
from trader.venues.faults import FaultPlan, NoFaults
from trader.venues.profiles import profile_of
from trader.venues.router import Router
from trader.venues.simulated import Opening, SimulatedVenue

ByVenue = Mapping[str, Parameters]


def run(options: Options, faults: FaultPlan | None = None) -> None:
    """Run the daemon to its end; `restart` builds everything anew in the same process.

    Raises `SettingsError`, `BadInput`, `AlreadyRunning`, `JournalBroken`.
    """
    began = options.clock.now()
    ending = Ending.RESTART
    while ending is Ending.RESTART:
        left = None
        if options.duration is not None:
            left = max(0.0, options.duration - (options.clock.now() - began))
        ending = _one_life(options, left, faults or NoFaults())


def source_of(options: Options, catalogue: Catalogue) -> Source:
    """Where this run's settings come from."""
    context = Context(catalogue.thresholds(), "daemon")
    history = options.data_dir / "env_history"
    return Source(options.env_file, options.flags, context, history)


def _one_life(options: Options, duration: float | None, faults: FaultPlan) -> Ending:
    catalogue = discover()
    source = source_of(options, catalogue)
    start = read_or_refuse(source, must_exist=options.env_must_exist)
    settings = start[1]
    if settings.mode != "demo":
        raise BadInput(
            f"mode {settings.mode} needs the real exchanges, which are not part of this version; "
            "run with --mode demo"
        )
    with ExitStack() as stack:
        stack.enter_context(owned(options.data_dir, options.clock.now()))
        redactor = Redactor(settings.secrets.values())
        console = None if options.quiet else logs.console_stream()
        plan = logs.LogPlan(options.log_dir, settings.system.log_level, redactor, console)
        stack.callback(logs.start(plan).close)
        system = demo(options, source, start, catalogue, stack, faults)
        return asyncio.run(system.serve(duration))


def demo(
    options: Options,
    unchecked: Source,
    start: tuple[EnvFile, Settings],
    catalogue: Catalogue,
    stack: ExitStack,
    faults: FaultPlan,
) -> System:
    """The demo: a market, venues with books of their own, journal, engine, shell."""
    settings = start[1]
    parameters = {venue: parameters_of(v) for venue, v in settings.parameters.items()}
    market = market_of(options, settings, parameters)
    source = replace(unchecked, check=lambda new: check_timeframes(market, new))
    terms = terms_of(parameters, catalogue)
    wanted = world_of(options, settings, opening(options, settings, market, terms))
    here, notice = world.enter(options.data_dir, wanted)
    journal = stack.enter_context(closing(SqlJournal.open(_database(settings, options.data_dir))))
    restored = without_orphans(journal.restore(), parameters)
    stage, inbox = Stage(market, parameters, terms, restored, here.at), Inbox()
    venues = exchanges(options, settings, parameters, inbox, faults)
    feed = DemoFeed(market, venues, inbox.put, stage.scene(parameters), here.at)
    tuning = Tuning(source, start, journal, options.clock, lambda *new: system.retune(*new))
    parts = Parts(
        engine=stage.engine(settings.system.warmup_cycles),
        inbox=inbox,
        venues=Router(venues),
        feed=feed,
        play=lambda: feed.run(pace_of(options, settings, inbox)),
        journal=journal,
        tuning=tuning,
        searcher=searcher_of(options, settings, parameters),
        seen=stage.seen,
        recast=lambda new: _recast(feed, stage, new),
        remember=lambda at: world.remember(options.data_dir, here.moved_to(at)),
        market=f"{market.banner}, {settings.system.demo_speed:g} market seconds a second",
        notices=tuple(filter(None, (notice, unknown_symbols(market, parameters)))),
        recorded=recorded(options.record, stage.began, (settings, market.banner), stack),
    )
    system = System(options, parts)
    return system


def pace_of(options: Options, settings: Settings, inbox: Inbox) -> Pace:
    """How fast the demo's market goes by."""
    return Pace(options.clock.now, options.clock.sleep, inbox.room, settings.system.demo_speed)


def without_orphans(restored: Restored, parameters: ByVenue) -> Restored:
    """The same. Positions on a venue that is not traded would be watched by nobody: `BadInput`."""
    if left := [p.key for p in restored.positions if venue_of(p.key) not in parameters]:
        venue = venue_of(left[0])
        raise BadInput(
            f"the books still hold {', '.join(left)}: keep {venue} in VENUES until it is closed"
        )
    return restored


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


def _recast(feed: DemoFeed, stage: Stage, parameters: ByVenue) -> None:
    scene = stage.scene(parameters, feed.at)
    if scene != feed.scene:
        feed.recast(scene)


def exchanges(
    options: Options, settings: Settings, parameters: ByVenue, inbox: Inbox, faults: FaultPlan
) -> dict[str, SimulatedVenue]:
    """Simulated venues, each with its own account on disk; answers go to the inbox."""
    made = {}
    for venue, p in parameters.items():
        disk = SimulatedDisk(options.data_dir / f"simulated_{venue}.db")
        opening = Opening(
            exact(p.initial_capital), disk=disk, faults=faults, seed=settings.system.demo_seed
        )
        made[venue] = SimulatedVenue(profile_of(venue), opening, inbox.put)
    return made


def market_of(options: Options, settings: Settings, parameters: ByVenue) -> Market:
    """The demo's market: recorded files when given, else invented from the seed."""
    if not options.market:
        return GeneratedMarket(settings.system.demo_seed)
    return open_replay(_wished(options, parameters))


def searcher_of(options: Options, settings: Settings, parameters: ByVenue) -> Searcher:
    """Searches for better parameters in processes that find the candles of this market."""
    if settings.mode != "demo":
        return WorkerProcesses(Stored(options.data_dir / "candles"))
    if options.market:
        return WorkerProcesses(Recorded(_wished(options, parameters)))
    return WorkerProcesses(Invented(settings.system.demo_seed))


def _wished(options: Options, parameters: ByVenue) -> Wish:
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


def _database(settings: Settings, data_dir: Path) -> str | Path:
    secret = settings.secrets.get("DATABASE_URL")
    return (secret.reveal() if secret else "") or data_dir / "trader.db"


def check(options: Options) -> int:
    """`--check`: prints one line a check; 0 only when trading could start."""
    start = read_or_refuse(source_of(options, discover()), must_exist=options.env_must_exist)
    settings = start[1]
    found = list(preflight.findings(options, *start))
    found.append(_mode_finding(settings))
    found += [
        preflight.Finding("ok", venue, "embedded venue, no network and no keys needed")
        for venue in settings.venues
        if settings.mode == "demo"
    ]
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return int(any(finding.mark == "fail" for finding in found))


def _mode_finding(settings: Settings) -> preflight.Finding:
    if settings.mode == "demo":
        return preflight.Finding("ok", "mode", "demo")
    return preflight.Finding(
        "fail", "mode", f"{settings.mode} needs the real exchanges", "use --mode demo for now"
    )


def main(words: Sequence[str]) -> int:
    """`run_bot.py`: the exit code. Every error of a user is one sentence."""
    arguments.write_anything()
    debug = "--debug" in words
    try:
        wish = arguments.parsed(words)
        if wish.check:
            return check(wish.options)
        if wish.restore is not None:
            source = source_of(wish.options, discover())
            sys.stdout.write(f"{restore(wish.options, source, wish.restore)}\n")
            return 0
        run(wish.options)
    except KeyboardInterrupt:
        return 130
    except (BadInput, SettingsError) as error:
        return _refused(error, 2, debug=debug)
    except AlreadyRunning as error:
        return _refused(error, 3, debug=debug)
    except KeysRefused as error:
        return _refused(error, 4, debug=debug)
    except Exception as error:  # noqa: BLE001  the last door: a sentence, or all with --debug
        return _refused(error, 1, debug=debug)
    return 0


def _refused(error: BaseException, code: int, *, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    known = isinstance(error, (TraderError, SettingsError, OSError))
    text = str(error) if known else f"unexpected {type(error).__name__}: {error}"
    sys.stderr.write(f"{text}{'' if known else ' (run again with --debug for details)'}\n")
    return code
