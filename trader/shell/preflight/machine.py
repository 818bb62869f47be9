"""What trading needs of this computer: folders, disk, journal, ports, readable settings."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from config.env_file import EnvFile
from config.settings import Settings
from trader.domain.finding import Finding, Mark
from trader.shell.books_place import books_place
from trader.shell.options import Options
from trader.shell.preflight import journal, running

LEAST_DISK = 1_000_000_000
OTHERS = 0o077  # rights of anybody but the owner
PANEL_PORT = 8501


def findings(options: Options, env: EnvFile, settings: Settings) -> Iterator[Finding]:
    """All checks that need no venue."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(Mark.OK, "computer", "python", {"version": version})
    values = {"changed": settings.changed, "version": settings.version}
    if env.missing:
        yield Finding(Mark.OK, "settings", "settings_default", values)
    else:
        yield Finding(Mark.OK, "settings", "settings_read", {"file": options.env_file, **values})
    yield Finding(Mark.OK, "mode", f"mode_{settings.mode}")
    yield from _secrets_file(options, settings)
    yield _writable(options.data_dir, "data")
    yield _writable(options.log_dir, "logs")
    yield _disk(options.data_dir)
    yield from running.findings(options)
    yield from journal.findings(books_place(settings, options.data_dir))
    yield _panel_port()


def _secrets_file(options: Options, settings: Settings) -> Iterator[Finding]:
    """Whoever may read the keys may trade with them; Windows keeps such rights elsewhere."""
    if os.name != "posix" or not any(settings.secrets.values()):
        return
    with contextlib.suppress(OSError):
        if options.env_file.stat().st_mode & OTHERS:
            yield Finding(Mark.WARN, "settings", "settings_open", {"file": options.env_file})


def _writable(folder: Path, about: str) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        values = {"folder": folder, "reason": error.strerror or str(error)}
        return Finding(Mark.FAIL, about, "folder_closed", values)
    return Finding(Mark.OK, about, "folder_open", {"folder": folder})


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    mark, code = (Mark.WARN, "disk_low") if free < LEAST_DISK else (Mark.OK, "disk_free")
    return Finding(mark, "disk", code, {"free": f"{free / 1e9:.1f}"})


def _panel_port() -> Finding:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        taken = probe.connect_ex(("127.0.0.1", PANEL_PORT)) == 0
    mark, code = (Mark.WARN, "port_taken") if taken else (Mark.OK, "port_free")
    return Finding(mark, "panel", code, {"port": PANEL_PORT})
