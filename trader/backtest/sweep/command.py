"""`run_backtest.py --grid`: measure every combination, keep what is done, show the best."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from trader.backtest import results
from trader.backtest.arguments import Arguments
from trader.backtest.cli import asides
from trader.backtest.honesty.asked import answers
from trader.backtest.reporting.report import Look
from trader.backtest.reporting.wording import Say
from trader.backtest.sweep import preparing
from trader.backtest.sweep.crews import Alone, Crew, cores, pool
from trader.backtest.sweep.fingerprint import fingerprint
from trader.backtest.sweep.journal import NAME, Header, Journal, fingerprint_in
from trader.backtest.sweep.measuring import columns_of, compile_once
from trader.backtest.sweep.running import Running
from trader.backtest.sweep.signals import ended_in_order
from trader.backtest.sweep.wording import wording
from trader.backtest.sweep.work import Work
from trader.domain.errors import BadInput

_START = 1.0  # seconds that a worker takes to be there, about
LOCK = ".grid.lock"


class Stopped(KeyboardInterrupt):
    """Ctrl-C; the text says what is kept."""


def perform(
    arguments: Arguments,
    root: Path,
    new_folder: Callable[[str], Path],
    look_of: Callable[[str, str], Look],
) -> int:
    """Plan, measure, write, show; the exit code. `root`: where unfinished sweeps are looked for.

    Raises `BadInput` and `SettingsError` before anything is written, `OSError` (a full disk) and
    `Stopped` with a sentence about what is kept.
    """
    if arguments.verify:
        raise BadInput("--verify compares one backtest: verify the best combination by --set")
    sweep = preparing.prepare(arguments)
    look = look_of(sweep.planned.language, arguments.colours)
    say = wording(look.language)
    header = Header(fingerprint(sweep.work), len(sweep.work.grid), columns_of(sweep.work.plan))
    found = _unfinished(root, header.fingerprint)
    folder = arguments.out or found or new_folder(f"sweep_{sweep.work.plan.name}")
    for line in asides(arguments, sweep.planned):
        _tell(line)
    _tell(f"sweep: {_described(sweep, say)}")
    with _owned(folder), _opened(folder / NAME, header) as journal:
        if journal.count:
            done, count = f"{journal.count:,}", f"{sweep.todo:,}"
            _tell(say("going_on", folder=folder, done=done, count=count))
        running = Running(sweep, journal, folder, partial(answers, arguments))
        with _kept(running), ended_in_order():
            with _crew(arguments, sweep.work, header.fingerprint, running.left) as crew:
                running.measure(crew)
            content = running.finish(look, say)
        journal.remove()
    if arguments.json:
        sys.stdout.write(results.as_json(content))
    else:
        running.show(content, look, say)
    return 0


@contextmanager
def _opened(path: Path, header: Header) -> Iterator[Journal]:
    """The journal; gone again when the sweep ends before its first row: it would block others."""
    with closing(Journal(path, header)) as journal:
        try:
            yield journal
        except BaseException:
            if not journal.count:
                journal.remove()
            raise


@contextmanager
def _crew(arguments: Arguments, work: Work, token: str, left: int) -> Iterator[Crew]:
    workers = min(arguments.workers or _useful(left * work.guess), left)
    if arguments.cluster and left:
        from trader.backtest.sweep.cluster import cluster

        with cluster(arguments.cluster, work, token) as crew:
            yield crew
    elif workers <= 1:
        yield Alone(work)
    else:
        compile_once(work.plan, work.engine, work.catalogue)
        with pool(work, workers) as crew:
            yield crew


def _useful(seconds: float) -> int:
    """All cores, unless the work would be done before other processes have even started."""
    return cores() if seconds > _START else 1


@contextmanager
def _kept(running: Running) -> Iterator[None]:
    """However it ends, say what is kept and how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        running.write_grid()
        raise Stopped(f"stopped: {running.kept()}; the same command goes on from there") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(
            f"{reason}: {running.kept()}; put that right, and the same command goes on from there"
        ) from error


@contextmanager
def _owned(folder: Path) -> Iterator[None]:
    """One sweep a folder. Raises `BadInput` when another one is at work there."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BadInput(
            f"a sweep is at work in {folder} already: wait for it, stop it, or choose another --out"
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps it while it is open
            (folder / LOCK).unlink(missing_ok=True)
        lock.release()


def _unfinished(root: Path, wanted: str) -> Path | None:
    """The newest folder in which this very sweep was begun."""
    journals = sorted(root.glob(f"*/{NAME}"), reverse=True)
    return next((path.parent for path in journals if fingerprint_in(path) == wanted), None)


def _described(sweep: preparing.Sweep, say: Say) -> str:
    keys = " x ".join(axis.key for axis in sweep.work.grid.axes)
    told = [say("combinations", count=f"{len(sweep.work.grid):,}", keys=keys)]
    if sweep.left_out.count:
        told.append(sweep.left_out.sentence())
    if sweep.limits_off:
        told.append(say("limits_off", names=", ".join(sweep.limits_off)))
    return "\n".join(told)


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
