"""Begins a recording when `--record` asks for one, and ends it with the life that it belongs to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from config.redaction import Redactor
from config.settings import Settings
from trader.engine.engine import Engine
from trader.engine.ports import Journal
from trader.shell.beginning import Beginning
from trader.shell.recording.recorder import Recorder, Session

log = logging.getLogger("trader.shell")


def recorded(
    folder: Path | None,
    began: Callable[[], tuple[Beginning, Engine]],
    about: tuple[Settings, str],
    stack: ExitStack,
) -> Callable[[Journal], Journal]:
    """What makes a journal record the session too; without a folder it stays as it is.

    `began`: what the engine began with, and the engine; asked once.
    `about`: the settings in force and the market's line of the banner. Raises `BadInput` when
    nothing can be written there.
    """
    if folder is None:
        return lambda journal: journal
    settings, market = about
    clean = Redactor(settings.secrets.values()).clean
    session = Session(settings.mode, market, settings.version, clean)
    recorder = Recorder(folder, *began(), session)
    stack.callback(recorder.close)
    log.info("the session is recorded into %s", folder, extra={"code": "recording"})
    return recorder.beside
