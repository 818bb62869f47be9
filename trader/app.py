"""Composition root: settings become a running system. The only file that knows every class."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

from config import logging as logs
from config.env_file import EnvFile
from config.errors import SettingsError
from config.reading import Context
from config.redaction import Redactor
from config.settings import Settings
from trader.backtest.optimise.processes import WorkerProcesses
from trader.backtest.optimise.sources import Invented, Recorded, Stored
from trader.domain.errors import AlreadyRunning, BadInput, KeysRefused, TraderError
from trader.domain.money import exact
from trader.domain.parameters import Parameters
from trader.engine.ports import Restored
from trader.feeds.demo import DemoFeed
from trader.shell import arguments, demo_market, preflight, real_markets, world
from trader.shell.daemon import Ending
from trader.shell.env_versions import restore
from trader.shell.inbox import Inbox
from trader.shell.lock import owned
from trader.shell.options import Options
from trader.shell.parameters import parameters_of
from trader.shell.searching import Searcher
from trader.shell.stage import Stage, terms_of, without_orphans
from trader.shell.system import Parts, System
from trader.shell.tuning import Source, Tuning, read_or_refuse
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import Catalogue, discover
from trader.venues.disk import SimulatedDisk
from trader.venues.faults import FaultPlan, NoFaults
from trader.venues.paper import PaperVenue
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
    if settings.mode not in ("demo", "paper"):
        raise BadInput(
            f"mode {settings.mode} needs real orders, which are not part of this version; "
            "run with --mode paper or --mode demo"
        )
    with ExitStack() as stack:
        stack.enter_context(owned(options.data_dir, options.clock.now()))
        redactor = Redactor(settings.secrets.values())
        console = None if options.quiet else logs.console_stream()
        plan = logs.LogPlan(options.log_dir, settings.system.log_level, redactor, console)
        stack.callback(logs.start(plan).close)
        if settings.mode == "demo":
            system = demo(options, source, start, catalogue, stack, faults)
        else:
            system = paper(options, source, start, catalogue, stack)
        return asyncio.run(system.serve(duration))


@dataclass(frozen=True, slots=True)
class _Books:
    """What a world left behind, opened."""

    here: world.World
    notice: str
    journal: SqlJournal
    restored: Restored


def _books(
    options: Options, settings: Settings, parameters: ByVenue, wanted: world.World, stack: ExitStack
) -> _Books:
    here, notice = world.enter(options.data_dir, wanted)
    journal = stack.enter_context(closing(SqlJournal.open(_database(settings, options.data_dir))))
    return _Books(here, notice, journal, without_orphans(journal.restore(), parameters))


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
    market = demo_market.market_of(options, settings, parameters)
    source = replace(unchecked, check=lambda new: demo_market.check_timeframes(market, new))
    terms = terms_of(parameters, catalogue)
    begins = demo_market.opening(options, settings, market, terms)
    wanted = demo_market.world_of(options, settings, begins)
    books = _books(options, settings, parameters, wanted, stack)
    inbox = Inbox()
    stage = Stage(market, parameters, terms, books.restored, books.here.at)
    venues = exchanges(options, settings, parameters, inbox, faults)
    feed = DemoFeed(market, venues, inbox.put, stage.scene(parameters), books.here.at)
    unknown = demo_market.unknown_symbols(market, parameters)
    parts = Parts(
        engine=stage.engine(settings.system.warmup_cycles),
        inbox=inbox,
        venues=Router(venues),
        feed=feed,
        play=lambda: feed.run(demo_market.pace_of(options, settings, inbox)),
        journal=books.journal,
        tuning=Tuning(source, start, books.journal, options.clock, lambda *n: system.retune(*n)),
        searcher=searcher_of(options, settings, parameters),
        seen=stage.seen,
        recast=lambda new: demo_market.recast(feed, stage, new),
        remember=lambda at: world.remember(options.data_dir, books.here.moved_to(at)),
        market=f"{market.banner}, {settings.system.demo_speed:g} market seconds a second",
        notices=tuple(filter(None, (books.notice, unknown))),
    )
    system = System(options, parts)
    return system


def paper(
    options: Options,
    unchecked: Source,
    start: tuple[EnvFile, Settings],
    catalogue: Catalogue,
    stack: ExitStack,
) -> System:
    """Paper: real public data, orders executed by embedded venues with books of their own."""
    settings = start[1]
    parameters = {venue: parameters_of(v) for venue, v in settings.parameters.items()}
    real_markets.check_timeframes(settings)
    source = replace(unchecked, check=real_markets.check_timeframes)
    wall = real_markets.wall_of(options.clock)
    began = wall.now()
    books = _books(options, settings, parameters, world.World(settings.mode, at=began), stack)
    inbox, directory = Inbox(), real_markets.directory_of(books.restored)
    stage = Stage(directory, parameters, terms_of(parameters, catalogue), books.restored, began)
    engine = stage.engine(settings.system.warmup_cycles)
    venues = exchanges(options, settings, parameters, inbox, NoFaults())
    listener = real_markets.listener_of(inbox, engine)
    studio = real_markets.studio_of(stage, parameters, directory, listener, wall)
    feed = real_markets.feed_of(settings, venues, studio, books.here.at)
    parts = Parts(
        engine=engine,
        inbox=inbox,
        venues=Router({name: PaperVenue(v, feed.confirm) for name, v in venues.items()}),
        feed=feed,
        play=feed.run,
        journal=books.journal,
        tuning=Tuning(source, start, books.journal, options.clock, lambda *n: system.retune(*n)),
        searcher=searcher_of(options, settings, parameters),
        seen=stage.seen,
        recast=lambda new: real_markets.recast(feed, parameters, new),
        remember=lambda at: world.remember(options.data_dir, books.here.moved_to(at)),
        market=real_markets.PAPER,
        notices=(books.notice,) if books.notice else (),
        outside=real_markets.outside_of(feed),
    )
    system = System(options, parts)
    return system


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


def searcher_of(options: Options, settings: Settings, parameters: ByVenue) -> Searcher:
    """Searches for better parameters in processes that find the candles of this market."""
    if settings.mode != "demo":
        return WorkerProcesses(Stored(options.data_dir / "candles"))
    if options.market:
        return WorkerProcesses(Recorded(demo_market.wished(options, parameters)))
    return WorkerProcesses(Invented(settings.system.demo_seed))


def _database(settings: Settings, data_dir: Path) -> str | Path:
    secret = settings.secrets.get("DATABASE_URL")
    return (secret.reveal() if secret else "") or data_dir / "trader.db"


def check(options: Options) -> int:
    """`--check`: prints one line a check; 0 only when trading could start."""
    start = read_or_refuse(source_of(options, discover()), must_exist=options.env_must_exist)
    settings = start[1]
    found = list(preflight.findings(options, *start))
    found.append(_mode_finding(settings))
    found += _venue_findings(settings)
    for finding in found:
        sys.stdout.write(f"{finding}\n")
    return int(any(finding.mark == "fail" for finding in found))


def _mode_finding(settings: Settings) -> preflight.Finding:
    if settings.mode in ("demo", "paper"):
        return preflight.Finding("ok", "mode", settings.mode)
    return preflight.Finding(
        "fail", "mode", f"{settings.mode} needs real orders", "use --mode paper or --mode demo"
    )


def _venue_findings(settings: Settings) -> Iterable[preflight.Finding]:
    if settings.mode == "paper":
        return real_markets.findings(settings)
    text = "embedded venue, no network and no keys needed"
    shown = settings.venues if settings.mode == "demo" else ()
    return [preflight.Finding("ok", venue, text) for venue in shown]


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
