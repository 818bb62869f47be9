"""`--check`: whether trading could start, one line a check, each with its remedy."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.env_file import EnvFile
from config.settings import Settings
from trader.domain.errors import JournalBroken
from trader.shell.options import Options
from trader.storage.database import check_file

LEAST_DISK = 1_000_000_000
PANEL_PORT = 8501


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: good, a warning, or a failure with its remedy."""

    mark: str  # ok, warn, fail
    what: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        sign = {"ok": "✔", "warn": "!", "fail": "✖"}[self.mark]
        return f"{sign} {self.what}: {self.text}" + (f" -> {self.remedy}" if self.remedy else "")


def findings(options: Options, env: EnvFile, settings: Settings) -> Iterator[Finding]:
    """All checks that need no venue. The caller adds those of the venues."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("ok", "python", version)
    source = f"{options.env_file} ({settings.changed} values differ from their defaults)"
    where = "no .env, defaults are used" if env.missing else source
    yield Finding("ok", "settings", f"{where}, version {settings.version}")
    yield from _endpoints(settings)
    yield _writable(options.data_dir, "data directory")
    yield _writable(options.log_dir, "log directory")
    yield _disk(options.data_dir)
    yield _journal(options.data_dir)
    yield _panel_port()


def _endpoints(settings: Settings) -> Iterator[Finding]:
    for venue in settings.venues:
        rest, stream = settings.system.endpoints(venue)
        if rest or stream:
            yield Finding("warn", venue, f"talks to {rest or 'its own address'} {stream}".strip())


def _writable(folder: Path, what: str) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        return Finding("fail", what, f"{folder}: {reason}", "make it writable or choose another")
    return Finding("ok", what, f"{folder} can be written")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    text = f"{free / 1e9:.1f} GB free"
    if free < LEAST_DISK:
        return Finding("warn", "disk", text, "free some space: a full disk stops entries")
    return Finding("ok", "disk", text)


def _journal(folder: Path) -> Finding:
    path = folder / "trader.db"
    if not path.exists():
        return Finding("ok", "journal", "none yet, it will be made at the first start")
    try:
        check_file(path)
    except JournalBroken as error:
        return Finding("fail", "journal", str(error))
    return Finding("ok", "journal", f"{path} is sound")


def _panel_port() -> Finding:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        taken = probe.connect_ex(("127.0.0.1", PANEL_PORT)) == 0
    if taken:
        return Finding("warn", "panel", f"port {PANEL_PORT} is in use", "a panel already runs?")
    return Finding("ok", "panel", f"port {PANEL_PORT} is free")
