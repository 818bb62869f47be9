"""Who else is on this data directory, and what a person left there that stops entries."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from trader.bridge import stop_file
from trader.domain.errors import JournalBroken
from trader.domain.finding import Finding, Mark
from trader.shell.lock import owner_of, taken
from trader.shell.options import Options


def findings(options: Options) -> Iterator[Finding]:
    """A bot that runs here is no fault of a check beside it: a warning."""
    folder = options.data_dir
    with contextlib.suppress(JournalBroken):  # the folder cannot be written: another check says so
        mark, code = (Mark.WARN, "bot_runs") if taken(folder) else (Mark.OK, "nobody_runs")
        values = {"folder": folder, "pid": owner_of(folder) or "?"}
        yield Finding(mark, "bot", code, values)
    if stop_file.there(folder):
        yield Finding(Mark.WARN, "bot", "stop_file", {"file": folder / stop_file.NAME})
