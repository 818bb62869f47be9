"""The way back: `run_bot.py --restore-settings` puts a former `.env` in its place again."""

from __future__ import annotations

from config import env_edit
from trader.domain.errors import BadInput
from trader.shell.options import Options
from trader.shell.tuning import Source

LAST = "last"
_SHOWN = 5


def restore(options: Options, source: Source, name: str) -> str:
    """Put a version of `data/env_history` back; the sentence to print.

    `last` is the file before its newest change, so doing it twice changes nothing in the end. The
    secrets stay those of today, and a running bot follows by itself. Raises `BadInput` for a
    version that is not there, `SettingsError` for one that cannot be used any more.
    """
    versions = sorted(path.name for path in source.history.glob("*.env"))
    wanted = versions[-1] if name == LAST and versions else name
    if wanted not in versions:
        there = ", ".join(versions[-_SHOWN:]) or "none yet"
        raise BadInput(f"there is no version '{name}' in {source.history}; the newest are: {there}")
    env_edit.restore(options.env_file, source.history / wanted, source.history, check=source.load)
    return f"{options.env_file} is again what it was before {_moment(wanted)} UTC"


def _moment(name: str) -> str:
    """`2026-11-21 09:10:00` of `20261121T091000.123456Z.env`."""
    return f"{name[:4]}-{name[4:6]}-{name[6:8]} {name[9:11]}:{name[11:13]}:{name[13:15]}"
