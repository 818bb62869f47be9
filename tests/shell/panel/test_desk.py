"""The desk notes in the loop and writes in a thread; whatever the disk does, the loop goes on."""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.bridge.samples import trade
from tests.engine.bench import Bench
from tests.shell.panel.test_gallery import TERMS
from tests.shell.searches import Bench as Study
from tests.shell.searches import FakeSearcher, until
from tests.strategies.drawing import walk
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient
from trader.domain.candles import Candle
from trader.domain.commands import CommandAnswer
from trader.domain.events import CandlesClosed, PriceSeen
from trader.domain.outcome import Outcome
from trader.domain.time import HOUR
from trader.shell.options import Options
from trader.shell.panel.desk import Desk
from trader.shell.panel.opening import Surroundings, desk_of
from trader.strategies.live import Sitting

KEY = "upbit:BTC/KRW"


@dataclass
class Office:
    """A desk with all around it, on a data directory of its own."""

    folder: Path
    bench: Bench
    study: Study
    desk: Desk

    @property
    def client(self) -> PanelClient:
        """What the panel sees."""
        return PanelClient(self.folder)

    def close_candle(self) -> None:
        """One candle of the market."""
        event = CandlesClosed((Candle(KEY, 0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),), HOUR)
        self.desk.watchers[CandlesClosed](event)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    study, bench = Study(tmp_path, FakeSearcher()), Bench("upbit")
    around = Surroundings(
        started_at=1.0,
        sitting=lambda key: Sitting(key, walk(300, HOUR), TERMS),
        market_at=lambda: bench.now,
        speed=1.0,
        gist=lambda: study.optimiser.gist(),
        searches=list,
    )
    with closing(study.journal):
        options = Options(data_dir=tmp_path)
        desk = desk_of(options, bench.engine, study.journal, study.tuning, around)
        yield Office(tmp_path, bench, study, desk)


def test_the_last_writing_holds_everything(office: Office) -> None:
    office.desk.hear(Outcome(trades=[trade()]))
    office.desk.equity_point("upbit", 60_000, 1_000.0, 900.0)
    office.close_candle()
    office.desk.last()
    client = office.client
    assert [row.id for row in client.trades().rows] == []  # the journal has it not: it is the truth
    readings = (
        client.why(), client.health(), client.agenda(), client.settings(), client.optimisations(),
        client.commands(),
    )  # fmt: skip
    assert [reading.error for reading in readings] == [None] * 6
    why = client.why().value
    assert why is not None
    assert why.symbols[KEY].candles == 1


def test_settings_are_told_as_they_are_in_force(office: Office) -> None:
    office.study.tuning.set_parameters({"values": {"K_VALUE": 0.45}}, "panel")
    office.desk.last()
    found = office.client.settings().value
    assert found is not None
    assert {row.key: row.value for row in found.rows}["CRYPTO_K_VALUE"] == "0.45"
    assert [(change.key, change.by) for change in found.changes] == [("CRYPTO_K_VALUE", "panel")]
    (former,) = found.versions
    assert {row.key: row.value for row in former.rows}["CRYPTO_K_VALUE"] == "0.5"


def test_commands_are_told_with_who_asked_and_without_values(office: Office) -> None:
    journal = office.study.journal
    values = {"values": {"TELEGRAM_BOT_TOKEN": "very-secret"}}
    journal.take_command("01", "set_parameters", values, "telegram", 5.0)
    journal.answer_command(CommandAnswer("01", "set_parameters", "done", "in force", 5.5))
    journal.take_command("02", "close_position", {"key": "upbit:BTC/KRW"}, "", 7.0)
    office.desk.last()
    found = office.client.commands().value
    assert found is not None
    newest, first = found.rows
    assert (newest.venue, newest.subject, newest.result) == ("upbit", "BTC/KRW", None)
    assert (first.by, first.subject, first.result) == ("telegram", "TELEGRAM_BOT_TOKEN", "done")
    assert (first.taken_at, first.answered_at) == (5.0, 5.5)
    assert "very-secret" not in found.model_dump_json()


def test_a_key_that_waits_for_a_restart_is_named(office: Office) -> None:
    env = office.study.env_file
    env.write_text(env.read_text() + "LANGUAGE=ko\n")
    office.study.tuning.reload({}, "panel")
    office.desk.last()
    found = office.client.settings().value
    assert found is not None
    assert found.pending_restart == ("LANGUAGE",)


async def test_prices_are_followed_while_somebody_looks(office: Office) -> None:
    office.desk.last()
    office.client.want([KEY])
    task = asyncio.create_task(office.desk.run())
    try:
        await until(lambda: PriceSeen in office.desk.watchers)
        office.desk.watchers[PriceSeen](PriceSeen(KEY, 5.0, HOUR))
        await until(lambda: (chart := office.client.chart(KEY).value) and chart.forming)
        (office.folder / names.FOLDER / names.WANTED).unlink()
        await until(lambda: PriceSeen not in office.desk.watchers)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_disk_that_refuses_is_said_once(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    (office.folder / names.FOLDER).write_text("in the way")
    with caplog.at_level(logging.WARNING):
        office.desk.last()
        office.desk.last()
    said = [record.message for record in caplog.records if "trades" in record.message]
    assert len(said) == 1
    (office.folder / names.FOLDER).unlink()
    office.desk.last()
    assert office.client.settings().error is None


def test_a_deleted_folder_is_made_again(office: Office) -> None:
    office.desk.last()
    shutil.rmtree(office.folder / names.FOLDER)
    later = Outcome(trades=[replace(trade(), id="t2")])
    office.desk.hear(later)
    office.desk.last()
    assert office.client.trades().error is None
