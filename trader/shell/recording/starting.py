"""Begins a recording when `--record` asks for one, and ends it with the life that it belongs to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from config.redaction import Redactor
from config.settings import Settings
from trader.bridge.views import RecordingView
from trader.engine.engine import Engine
from trader.engine.ports import Journal
from trader.shell.beginning import Beginning
from trader.shell.clock import Clock
from trader.shell.language import language_of
from trader.shell.options import Options
from trader.shell.recording.recorder import Recorder, Session
from trader.shell.wording import Words

log = logging.getLogger("trader.shell")


class NoRecording:
    """Where nobody asked for one."""

    def beside(self, journal: Journal) -> Journal:
        """The journal as it is."""
        return journal

    def view(self) -> RecordingView | None:
        """Nothing to show."""
        return None


class Recording(NoRecording):
    """One life's recording in `folder`, and how it is, for the status file."""

    def __init__(self, folder: Path, recorder: Recorder, say: Words, clock: Clock) -> None:
        self._folder, self._recorder, self._say, self._clock = folder, recorder, say, clock
        self._since = clock.now()
        self._ended_at: float | None = None

    def beside(self, journal: Journal) -> Journal:
        """The journal to give to the loop: it records the session too."""
        return self._recorder.beside(journal)

    def view(self) -> RecordingView:
        """Whether it goes on; if not, why, and what to do."""
        folder, ended = str(self._folder), self._recorder.ended
        if ended is None:
            return RecordingView("on", folder, self._since)
        self._ended_at = self._ended_at or self._clock.now()
        told = self._say(f"record.{ended.code}", reason=ended.text)
        message = f"{told} -> {self._say(f'record.{ended.code}.do')}"
        return RecordingView("ended", folder, self._since, self._ended_at, ended.code, message)


def recorded(
    options: Options,
    began: Callable[[], tuple[Beginning, Engine]],
    about: tuple[Settings, str],
    stack: ExitStack,
) -> NoRecording:
    """The recording that the command line asked for by naming a folder.

    `began`: what the engine began with, and the engine; asked once.
    `about`: the settings in force and the market's line of the banner. Raises `BadInput` when
    nothing can be written there.
    """
    folder = options.record
    if folder is None:
        return NoRecording()
    settings, market = about
    clean = Redactor(settings.secrets.values()).clean
    session = Session(settings.mode, market, settings.version, clean)
    recorder = Recorder(folder, *began(), session)
    stack.callback(recorder.close)
    log.info("the session is recorded into %s", folder, extra={"code": "recording"})
    return Recording(folder, recorder, Words(language_of(settings.system.language)), options.clock)
