"""What a real daemon publishes for the panel: everything can be read, and nothing is lost."""

import shutil
import sqlite3
import time
from collections.abc import Callable

import pytest

from tests.e2e.bot import LOOK_EVERY, PATIENCE, Bot, TooLate
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient

MakeBot = Callable[..., Bot]
ENV = "CRYPTO_SIZING=fixed_fraction\nCRYPTO_MAX_POSITIONS=20\nPANEL_PASSWORD=very-secret-1\n"
FLAGS = ("--speed", "600", "--seed", "11")
KEY = "upbit:BTC/KRW"


def until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TooLate(f"not within {seconds} s")
        time.sleep(LOOK_EVERY)


def ids(bot: Bot) -> list[str]:
    """Of the trades in the journal, as they closed."""
    return [row[0] for row in bot.rows("SELECT id FROM trades ORDER BY closed_at, id")]


def test_everything_is_published_and_agrees_with_the_journal(a_bot: MakeBot) -> None:
    bot = a_bot(ENV).up(*FLAGS)
    panel = PanelClient(bot.data)
    until(lambda: len(panel.trades().rows) > 3)
    until(lambda: panel.health().value)
    panel.want([KEY, "upbit:NOT/THERE"])
    until(lambda: panel.chart(KEY).value)
    until(lambda: panel.why().value and panel.health().value)
    chart, why, health = panel.chart(KEY).value, panel.why().value, panel.health().value
    agenda, settings = panel.agenda().value, panel.settings().value
    assert chart is not None
    assert why is not None
    assert health is not None
    assert agenda is not None
    assert settings is not None
    assert panel.optimisations().value is not None
    assert len(chart.bars) > 100
    assert {overlay.pane for overlay in chart.overlays} >= {"price"}
    assert sum(hour.candles for hour in why.hours) == sum(s.candles for s in why.symbols.values())
    assert set(health.venues) == {"upbit", "binance_spot", "binance_futures"}
    assert health.venues["upbit"].p95_ms is None
    assert {row.what for row in agenda.rows} >= {"candle_close", "day_begins"}
    assert ("PANEL_PASSWORD", "set") in {(row.key, row.value) for row in settings.rows}
    assert bot.stop() == 0
    assert sorted(row.id for row in panel.trades().rows) == sorted(ids(bot))
    assert len(panel.equity().rows) == bot.rows("SELECT count(*) FROM equity")[0][0]
    assert "very-secret-1" not in "".join(
        path.read_text("utf-8") for path in bot.data.joinpath("panel").rglob("*.json*")
    )


def test_a_deleted_folder_comes_back_while_it_runs(a_bot: MakeBot) -> None:
    bot = a_bot(ENV).up(*FLAGS)
    panel = PanelClient(bot.data)
    until(lambda: panel.trades().rows and panel.health().value)
    shutil.rmtree(bot.data / names.FOLDER)
    files = (names.TRADES, names.EQUITY, names.SETTINGS, names.HEALTH, names.WHY, names.AGENDA)
    until(lambda: all((bot.data / names.FOLDER / name).exists() for name in files), 20)
    assert bot.stop() == 0
    assert sorted(r.id for r in PanelClient(bot.data).trades().rows) == sorted(ids(bot))


def test_what_was_counted_and_how_it_ended_outlast_a_kill(a_bot: MakeBot) -> None:
    bot = a_bot(ENV).up(*FLAGS)
    panel = PanelClient(bot.data)
    until(lambda: (why := panel.why().value) and len({hour.at for hour in why.hours}) > 2)
    bot.kill()
    before = panel.why().value
    assert before is not None
    with (bot.data / names.FOLDER / names.TRADES).open("a") as torn:
        torn.write('{"id": "half')
    bot.up(*FLAGS)
    until(lambda: (why := panel.why().value) and why.timestamp > before.timestamp)
    after, health = panel.why().value, panel.health().value
    assert after is not None
    assert health is not None
    assert {hour.at for hour in before.hours[:-3]} <= {hour.at for hour in after.hours}
    until(lambda: (found := panel.health().value) and found.life.last_end == "crash")
    assert bot.stop() == 0
    assert sorted(row.id for row in panel.trades().rows) == sorted(ids(bot))


@pytest.mark.parametrize("count", [10_000])
def test_many_trades_are_made_again_and_delay_nothing(a_bot: MakeBot, count: int) -> None:
    bot = a_bot(ENV).up(*FLAGS)
    until(lambda: ids(bot))
    bot.stop()
    shutil.rmtree(bot.data / names.FOLDER)
    _multiply(bot, count)
    bot.up(*FLAGS)
    panel = PanelClient(bot.data)
    until(lambda: len(panel.trades().rows) >= count, 10)
    status = bot.until(lambda s: s.loop.count > 3)
    assert (status.loop.p99_ms or 0) < 500
    assert bot.stop() == 0
    assert sorted(row.id for row in panel.trades().rows) == sorted(ids(bot))


def _multiply(bot: Bot, count: int) -> None:
    """So many trades in the journal, by copying the first."""
    with sqlite3.connect(bot.data / "trader.db") as journal:
        columns = [row[1] for row in journal.execute("PRAGMA table_info(trades)")]
        (first,) = journal.execute("SELECT * FROM trades LIMIT 1")
        rows = []
        for number in range(count):
            row = dict(zip(columns, first, strict=True))
            row |= {"id": f"copy{number:06d}", "closed_at": row["closed_at"] - count + number}
            rows.append(tuple(row.values()))
        marks = ", ".join("?" * len(columns))
        journal.executemany(f"INSERT INTO trades VALUES ({marks})", rows)  # noqa: S608
    journal.close()
