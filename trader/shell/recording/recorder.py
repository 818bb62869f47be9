"""Writes the session down while it runs: a journal beside the journal that never stops trading."""

from __future__ import annotations

import logging
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trader
from trader.domain.events import Event, TimePassed
from trader.domain.outcome import NOTHING, Outcome
from trader.engine.engine import Engine
from trader.engine.ports import Journal
from trader.shell.beginning import Beginning
from trader.shell.recording.code import fingerprints
from trader.shell.recording.codecs import codec_of
from trader.shell.recording.events import Clean, clean_json, json_of, line_of, plain_outcome
from trader.shell.recording.gist import gist_of, settings_of
from trader.shell.recording.layout import ANSWER, CHECK, END, FORMAT, LAYOUT, Place
from trader.shell.recording.writing import PART, Failure, Writer, failure_of

log = logging.getLogger("trader.shell")
BLOCK = 256 * 1024  # characters after which a block is written even inside a cycle


@dataclass(frozen=True, slots=True)
class Session:
    """What a recording's head tells besides the beginning. `clean` takes secrets out of texts."""

    mode: str
    market: str
    settings: str
    clean: Clean


class Recorder:
    """The port `Journal` around another one: every event with its outcome goes to disk as well.

    A block is written each cycle of the daemon, by a thread. Whatever goes wrong with it ends the
    recording with one notice, and `ended` says why; the other journal and the trading never hear
    of it.
    """

    def __init__(
        self, folder: Path, beginning: Beginning, engine: Engine, session: Session, part: int = PART
    ) -> None:
        """Begin a life in the folder. Raises `BadInput` when it cannot be written."""
        self._folder, self._engine, self._clean = folder, engine, session.clean
        head = _head(session) | {"beginning": codec_of(Beginning).write(beginning)}
        self._writer = Writer(folder, lambda place: _first_line(head, place, session.clean), part)
        self._lines: list[str] = []
        self._size = self._count = 0
        self._gist: dict[str, Any] = {}
        self._settings: dict[str, dict[str, Any]] = {}
        self.on = True
        self.ended: Failure | None = None  # why, when it ended before the bot

    def beside(self, journal: Journal) -> Journal:
        """The journal to give to the loop: records here first, then there."""
        return _Both(self, journal)

    def record(self, event: Event, outcome: Outcome) -> None:
        """Keep one event and what was answered. Never raises, never waits."""
        if not self.on:
            return
        try:
            self._keep(event, outcome)
        except Exception as error:  # noqa: BLE001  a recording must never cost a trade
            self._give_up(failure_of(error))

    def close(self) -> None:
        """The ordered end of a life: everything that was kept is on disk, marked as complete."""
        if self.on:
            self._hand_over([json_of([END])])
        self._writer.close()
        if self.on and self._writer.failure:
            self._give_up(self._writer.failure)

    def _keep(self, event: Event, outcome: Outcome) -> None:
        line = line_of(event, self._clean)
        self._lines.append(line)
        self._size += len(line)
        self._count += 1
        if outcome is not NOTHING:
            plain = plain_outcome(outcome)
            if plain:
                self._lines.append(clean_json([ANSWER, plain], self._clean))
                self._size += len(self._lines[-1])
        if self._size >= BLOCK or (type(event) is TimePassed and event.cycle):
            self._hand_over()

    def _hand_over(self, last: list[str] | None = None) -> None:
        """A block goes to the writer: lines, and the check that they are whole."""
        lines = [*self._lines, *(last or ())]
        self._lines, self._size = [], 0
        block = "".join(f"{line}\n" for line in lines).encode("ascii")
        check = json_of([CHECK, self._count, zlib.crc32(block), self._changed()])
        self._writer.put(block + check.encode("ascii") + b"\n")
        if self._writer.failure:
            self._give_up(self._writer.failure)

    def _changed(self) -> dict[str, Any]:
        """The books' gist by venue and the settings, as far as they differ from the last check."""
        gist, settings = gist_of(self._engine.state), settings_of(self._engine.state)
        news: dict[str, Any] = {n: v for n, v in gist.items() if self._gist.get(n) != v}
        changed = {n: v for n, v in settings.items() if self._settings.get(n) != v}
        self._gist, self._settings = gist, settings
        return {"books": news, "settings": changed}

    def _give_up(self, failure: Failure) -> None:
        """One notice; what is on disk up to here stays and can be replayed."""
        self.on = False
        self._lines.clear()
        text = self._clean(failure.text)
        self.ended = Failure(failure.code, text)
        log.warning(
            "the recording in %s ends here (%s); trading goes on", self._folder, text,
            extra={"code": "recording"},
        )  # fmt: skip


class _Both:
    """The port `Journal`: the recording first, so that it holds what the journal refused too."""

    def __init__(self, recorder: Recorder, journal: Journal) -> None:
        self._recorder, self._journal = recorder, journal

    def record(self, event: Event, outcome: Outcome) -> None:
        """Raises `JournalBroken` when the journal does."""
        self._recorder.record(event, outcome)
        self._journal.record(event, outcome)


def _head(session: Session) -> dict[str, Any]:
    return {
        "recording": FORMAT,
        "layout": LAYOUT,
        "version": trader.__version__,
        "code": fingerprints(),
        "mode": session.mode,
        "market": session.market,
        "settings": session.settings,
    }


def _first_line(head: dict[str, Any], place: Place, clean: Clean) -> bytes:
    """The first part's head holds the beginning; later parts go on with the same engine."""
    own = head if place.part == 1 else {k: v for k, v in head.items() if k != "beginning"}
    line = clean_json({"life": place.life, "part": place.part, **own}, clean)
    return line.encode("ascii") + b"\n"
