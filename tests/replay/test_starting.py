"""`--record` in the composition root: only when asked for, and without secrets."""

from __future__ import annotations

import gzip
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from config.env_file import ABSENT
from config.reading import Context
from config.secret import Secret
from config.settings import Settings, load
from tests.replay.playing import Playing, of_each
from tests.storage.samples import order
from trader.domain.errors import BadInput
from trader.domain.events import OrderRejected, TimePassed
from trader.domain.outcome import NOTHING
from trader.engine.engine import Engine
from trader.engine.ports import Restored
from trader.feeds.generator import GeneratedMarket
from trader.shell import arguments
from trader.shell.beginning import Beginning
from trader.shell.clock import WallClock
from trader.shell.options import Options
from trader.shell.recording import writing
from trader.shell.recording.reading import lives
from trader.shell.recording.starting import recorded
from trader.shell.stage import Stage, terms_of
from trader.storage.memory import MemoryJournal
from trader.strategies.catalogue import discover

CANARY = "canary-7Qk2mW9xLp"


@pytest.fixture
def settings() -> Settings:
    """The defaults, with one secret."""
    made = load(ABSENT, {}, Context(discover().thresholds(), "daemon"))
    return replace(made, secrets={**made.secrets, "UPBIT_SECRET_KEY": Secret(CANARY)})


def test_without_a_folder_the_journal_stays_as_it_is(settings: Settings) -> None:
    def never() -> tuple[Beginning, Engine]:
        raise AssertionError("nobody asked for a recording")

    journal = MemoryJournal()
    with ExitStack() as stack:
        none = recorded(Options(), never, (settings, "market"), stack)
        assert none.beside(journal) is journal
        assert none.view() is None


def test_a_recording_ends_with_its_life_and_holds_no_secret(
    tmp_path: Path, settings: Settings
) -> None:
    playing = Playing(tmp_path / "other")
    (life,) = lives(tmp_path / "other")
    sent = replace(order(), note=f"refused: {CANARY}")  # what a journal may have kept of it
    books = replace(life.beginning.restored, orders=(sent,))
    began = replace(life.beginning, restored=books), playing.engine
    with ExitStack() as stack:
        about, own = (settings, CANARY), Options(record=tmp_path / "own")
        beside = recorded(own, lambda: began, about, stack).beside
        beside(MemoryJournal()).record(OrderRejected("zzUE-1", "x", f"key {CANARY}", 1), NOTHING)
    playing.close()
    (path,) = (tmp_path / "own").iterdir()
    text = gzip.decompress(path.read_bytes()).decode()
    assert text.rstrip().splitlines()[-2] == '["end"]'
    assert "key ***" in text
    assert "refused: ***" in text
    assert CANARY not in text


class Standing(WallClock):
    """A clock that says what it is told."""

    at = 100.0

    def now(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("error", "code", "remedy"),
    [
        (OSError(28, "No space left on device"), "disk_full", "free some space"),
        (OSError(13, "Permission denied"), "folder_closed", "make it writable"),
        (None, "folder_gone", "leave the folder alone"),
        (ValueError("odd"), "failed", "report it"),
    ],
)
def test_a_recording_that_ends_before_the_bot_says_why_and_what_to_do(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch,
    error: Exception | None, code: str, remedy: str,
) -> None:  # fmt: skip
    playing, clock = Playing(tmp_path / "other"), Standing()
    (life,) = lives(tmp_path / "other")
    own = Options(record=tmp_path / "own", clock=clock)
    english = replace(settings, system=replace(settings.system, language="en"))
    with ExitStack() as stack:
        began = life.beginning, playing.engine
        made = recorded(own, lambda: began, (english, "m"), stack)
        shown = made.view()
        assert shown is not None
        assert (shown.state, shown.since, shown.code) == ("on", 100.0, "")
        if error is None:
            shutil.rmtree(tmp_path / "own")
        else:
            monkeypatch.setattr(writing._Part, "_put", raising(error))
        journal, clock.at = made.beside(MemoryJournal()), 160.0
        until = time.monotonic() + 10.0
        while shown.state == "on" and time.monotonic() < until:
            journal.record(TimePassed(1, cycle=True), NOTHING)
            shown = made.view()
            assert shown is not None
    playing.close()
    assert (shown.state, shown.code, shown.ended_at) == ("ended", code, 160.0)
    assert remedy in shown.message
    clock.at = 900.0
    assert made.view() == shown, "when it ended does not move"


def raising(error: Exception) -> Callable[..., None]:
    """A write that fails."""

    def write(*_: object) -> None:
        raise error

    return write


def test_a_stage_knows_what_its_engine_began_with() -> None:
    market = GeneratedMarket(1)
    parameters = of_each()
    terms = terms_of(parameters, discover())
    stage = Stage(market, parameters, terms, Restored(), market.start)
    with pytest.raises(LookupError):
        stage.began()
    engine = stage.engine(3)
    beginning, same = stage.began()
    assert same is engine
    assert beginning.habits.warmup_cycles == 3


def test_the_command_line_takes_a_folder() -> None:
    assert arguments.parsed(["--record", "x/y"]).options.record == Path("x/y")
    assert arguments.parsed([]).options.record is None
    with pytest.raises(BadInput):
        arguments.parsed(["--record"])
