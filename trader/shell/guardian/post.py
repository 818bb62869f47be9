"""The guardian's process: its arguments, its log, one a data directory."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout

from trader.shell.arguments import parsed
from trader.shell.guardian.guardian import Guard, Guardian, Post
from trader.shell.guardian.machine import RealMachine
from trader.shell.options import Options

ALREADY = 3  # exit code: another guardian is there
LOCK = "guardian.lock"
log = logging.getLogger("trader.guardian")


def main(words: Sequence[str], guarding: Callable[[Options], Guard]) -> int:
    """Watch until dismissed; the exit code. `guarding` makes the guard of a daemon's options."""
    given = _parser().parse_args(list(words))
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    options = parsed(command[2:]).options
    options.log_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(options.data_dir / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return ALREADY
    journal = Path(given.journal) if given.journal else None
    post = Post(options.data_dir, options.env_file, given.after, command, journal)
    machine = RealMachine(options.log_dir / "guardian_restart.txt")
    signal.signal(signal.SIGTERM, _dismissed)
    with closing(_log_file(options.log_dir / "guardian.log")) as file:
        log.addHandler(file)
        try:
            Guardian(post, machine, guarding(options)).watch()
        finally:
            log.removeHandler(file)
            lock.release()
    return 0


def _dismissed(_number: int, _frame: object) -> NoReturn:
    sys.exit(0)


def _log_file(path: Path) -> logging.FileHandler:
    file = logging.FileHandler(path, encoding="utf-8", delay=True)
    text = logging.Formatter("%(asctime)sZ %(levelname)s guardian %(message)s", "%Y-%m-%dT%H:%M:%S")
    text.converter = time.gmtime
    file.setFormatter(text)
    return file


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run_guardian.py",
        description="Watches a daemon; the daemon starts it by itself (GUARDIAN_AFTER).",
    )
    parser.add_argument("--after", type=float, required=True, metavar="SECONDS",
        help="silence after which it acts")  # fmt: skip
    parser.add_argument("--journal", default="", metavar="PATH", help="the journal, if a file")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND",
        help="starts the daemon: the interpreter, run_bot.py, its flags")  # fmt: skip
    return parser
