"""Composition root: settings become a running system. The only file that knows every class."""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
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
from trader.domain.parameters import Parameters
from trader.engine.ports import Restored
from trader.feeds.demo import DemoFeed
from trader.shell import arguments, demo_market, first_day, memory, real_markets, world
from trader.shell.books_place import books_place
from trader.shell.daemon import Ending
from trader.shell.env_versions import restore
from trader.shell.guardian import duty, machine
from trader.shell.hands import embedded, hands_of
from trader.shell.inbox import Inbox
from trader.shell.language import language_of, written
from trader.shell.lock import BOT, GUARDIAN, owned
from trader.shell.options import Guarding, Options
from trader.shell.parameters import parameters_of
from trader.shell.preflight.admission import admitted
from trader.shell.preflight.checking import checked
from trader.shell.recording.starting import recorded
from trader.shell.searching import Searcher
from trader.shell.stage import Stage, terms_of, without_orphans
from trader.shell.system import Parts, System
from trader.shell.tuning import Source, Tuning, read_or_refuse
from trader.shell.wording import Words
from trader.storage.journal import SqlJournal
from trader.strategies.catalogue import Catalogue, discover
from trader.venues.faults import FaultPlan, NoFaults
from trader.venues.router import Router

ByVenue = Mapping[str, Parameters]
Start = tuple[EnvFile, Settings]


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


def guard(options: Options, settings: bytes | None, why: str) -> bool:
    """One life without entries, in the guardian's process: whether the daemon is wanted back.

    Raises what `run` raises.
    """
    guarding = Guarding(settings, why)
    here = replace(options, quiet=True, duration=None, guarding=guarding)
    return _one_life(here, None, NoFaults()) is Ending.RESTART


def source_of(options: Options, catalogue: Catalogue) -> Source:
    """Where this run's settings come from."""
    context = Context(catalogue.thresholds(), "daemon")
    history = options.data_dir / "env_history"
    return Source(options.env_file, options.flags, context, history)


def _one_life(options: Options, duration: float | None, faults: FaultPlan) -> Ending:
    catalogue = discover()
    source = source_of(options, catalogue)
    start = duty.start_of(options, source)
    settings = start[1]
    who = BOT if options.guarding is None else GUARDIAN
    with ExitStack() as stack:
        stack.enter_context(owned(options.data_dir, options.clock.now(), who))
        redactor = Redactor(settings.secrets.values())
        console = None if options.quiet else logs.console_stream()
        say = Words(language_of(settings.system.language))
        plan = logs.LogPlan(
            options.log_dir, settings.system.log_level, redactor, console, wording=say.of
        )
        stack.callback(logs.start(plan).close)
        if settings.mode == "demo":
            system = demo(options, source, start, catalogue, stack, faults)
        else:
            system = real(options, source, start, catalogue, stack)
        return asyncio.run(system.serve(duration))


@dataclass(frozen=True, slots=True)
class _Books:
    """What a world left behind, opened."""

    here: world.World
    notice: str
    journal: SqlJournal
    restored: Restored

    @property
    def said(self) -> tuple[str, ...]:
        """What the banner says of where the books were."""
        return (self.notice,) if self.notice else ()


def _books(
    options: Options, settings: Settings, parameters: ByVenue, wanted: world.World, stack: ExitStack
) -> _Books:
    here, notice = world.enter(options.data_dir, wanted)
    journal = stack.enter_context(closing(SqlJournal.open(books_place(settings, options.data_dir))))
    journal.own()
    return _Books(here, notice, journal, without_orphans(journal.restore(), parameters))


def _wanted(start: Start) -> tuple[Settings, dict[str, Parameters]]:
    settings = start[1]
    return settings, {venue: parameters_of(v) for venue, v in settings.parameters.items()}


def demo(
    options: Options,
    unchecked: Source,
    start: tuple[EnvFile, Settings],
    catalogue: Catalogue,
    stack: ExitStack,
    faults: FaultPlan,
) -> System:
    """The demo: a market, venues with books of their own, journal, engine, shell."""
    settings, parameters = _wanted(start)
    market = demo_market.market_of(options, settings, parameters)
    source = replace(unchecked, check=lambda new: demo_market.check_timeframes(market, new))
    terms = terms_of(parameters, catalogue)
    begins = demo_market.opening(options, settings, market, terms)
    wanted = demo_market.world_of(options, settings, begins)
    books = _books(options, settings, parameters, wanted, stack)
    inbox = Inbox()
    stage = Stage(market, parameters, terms, books.restored, books.here.at)
    venues = embedded(options, settings, parameters, inbox, faults)
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
        stage=stage,
        recast=lambda new: demo_market.recast(feed, stage, new),
        remember=lambda at: world.remember(options.data_dir, books.here.moved_to(at)),
        market=f"{market.banner}, {settings.system.demo_speed:g} market seconds a second",
        notices=tuple(filter(None, (books.notice, unknown))),
        recorded=recorded(options, stage.began, (settings, market.banner), stack),
    )
    system = System(options, parts)
    return system


def real(
    options: Options, unchecked: Source, start: Start, catalogue: Catalogue, stack: ExitStack
) -> System:
    """Real markets. Orders go to the exchanges, in mode paper to embedded venues."""
    settings, parameters = _wanted(start)
    source, banner = real_markets.checking(unchecked, settings), real_markets.BANNERS[settings.mode]
    wall = real_markets.wall_of(options.clock)
    began = wall.now()
    books = _books(options, settings, parameters, world.real(settings.mode, began), stack)
    budgets = real_markets.budgets_of(settings, wall)
    admission = admitted(settings, books.restored, wall, budgets)
    inbox, directory = Inbox(), real_markets.directory_of(books.restored)
    stage = Stage(directory, parameters, terms_of(parameters, catalogue), books.restored, began)
    engine = real_markets.engine_of(stage, settings, first_day.until(books.here))
    listener = real_markets.listener_of(inbox, duty.on_duty(engine, options))
    studio = real_markets.studio_of(stage, parameters, directory, listener, wall)
    hands = hands_of(options, settings, parameters, books.restored, inbox, budgets)
    feed = real_markets.feed_of(settings, hands.sides, studio, books.here.at, budgets)
    parts = Parts(
        engine=engine,
        inbox=inbox,
        venues=Router(hands.venues(feed)),
        feed=feed,
        play=feed.run,
        journal=books.journal,
        tuning=Tuning(source, start, books.journal, options.clock, lambda *n: system.retune(*n)),
        searcher=searcher_of(options, settings, parameters),
        stage=stage,
        recast=lambda new: real_markets.recast(feed, parameters, new),
        remember=lambda at: world.remember(options.data_dir, books.here.moved_to(at)),
        market=banner,
        notices=(*books.said, *admission.said, *first_day.notices(parameters, books.here, began)),
        outside=real_markets.outside_of(feed, budgets, admission.findings),
        accounts=hands.accounts,
        services=(*admission.begin(inbox, engine), memory.settled(feed, wall)),
        recorded=recorded(options, stage.began, (settings, banner), stack),
        keeper=duty.keeper_of(options, settings, books_place(settings, options.data_dir)),
    )
    system = System(options, parts)
    return system


def searcher_of(options: Options, settings: Settings, parameters: ByVenue) -> Searcher:
    """Searches for better parameters in processes that find the candles of this market."""
    if settings.mode != "demo":
        return WorkerProcesses(Stored(options.data_dir / "candles"))
    if options.market:
        return WorkerProcesses(Recorded(demo_market.wished(options, parameters)))
    return WorkerProcesses(Invented(settings.system.demo_seed))


def check(options: Options) -> int:
    """`--check`: prints one line a check; 0 only when trading could start."""
    start = read_or_refuse(source_of(options, discover()), must_exist=options.env_must_exist)
    return checked(options, *start, sys.stdout.write)


def main(words: Sequence[str]) -> int:
    """`run_bot.py`: the exit code. Every error of a user is one sentence."""
    arguments.write_anything()
    try:
        wish = arguments.parsed(words)
        if wish.check:
            return check(wish.options)
        if wish.restore is not None:
            source = source_of(wish.options, discover())
            sys.stdout.write(f"{restore(wish.options, source, wish.restore)}\n")
            return 0
        command = (sys.executable, str(Path(sys.argv[0]).resolve()), *words)
        restarted = os.environ.pop(machine.RESTARTED, "")
        alone = bool(restarted)  # nobody sits in front of it
        run(replace(wish.options, command=command, restarted=restarted, quiet=alone))
    except KeyboardInterrupt:
        return 130
    except (BadInput, SettingsError) as error:
        return _refused(error, 2, words)
    except AlreadyRunning as error:
        return _refused(error, 3, words)
    except KeysRefused as error:
        return _refused(error, 4, words)
    except Exception as error:  # noqa: BLE001  the last door: a sentence, or all with --debug
        return _refused(error, 1, words)
    return 0


def _refused(error: BaseException, code: int, words: Sequence[str]) -> int:
    if "--debug" in words:
        traceback.print_exception(error)
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    known = isinstance(error, (TraderError, SettingsError, OSError))
    text = str(error) if known else f"unexpected {type(error).__name__}: {error}"
    text = Words(language_of(_wished(words))).of(text)
    sys.stderr.write(f"{text}{'' if known else ' (run again with --debug for details)'}\n")
    return code


def _wished(words: Sequence[str]) -> str:
    """The language of a start that failed, as far as anything says it."""
    try:
        return written(arguments.parsed(words).options.env_file)
    except BadInput:
        return "auto"
