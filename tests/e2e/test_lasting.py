"""What lasts over restarts, and what a restart is."""

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.bot import Bot, command, settings
from trader.bridge import mailbox
from trader.bridge.schemas import BotStatus

MakeBot = Callable[..., Bot]
FLAGS = ("--speed", "60", "--seed", "3")
ENTERS_NOTHING = settings("CRYPTO_ADX_MIN=100")
BTC = {"venue": "upbit", "symbol": "BTC/KRW"}


def codes(status: BotStatus) -> set[str]:
    return {halt.code for halt in status.halts}


@pytest.mark.parametrize(
    ("name", "word", "code"),
    [
        ("pause", "paused", "paused"),
        ("stop", "paused", "stopped"),
        ("emergency_stop", "emergency", "emergency"),
    ],
)
def test_a_halt_lasts_over_stop_and_kill_until_resume(
    a_bot: MakeBot, name: str, word: str, code: str
) -> None:
    bot = a_bot(ENTERS_NOTHING).up(*FLAGS)
    assert bot.ask(name).result == "done"
    bot.until(lambda s: s.status == word)
    assert bot.stop() == 0
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == word and codes(s) == {code})
    bot.kill()
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == word and codes(s) == {code})
    assert bot.ask("resume").result == "done"
    bot.until(lambda s: s.status == "running" and not s.halts)
    bot.kill()
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == "running" and not s.halts)


def test_the_file_stop_halts_while_it_exists_and_no_longer(a_bot: MakeBot) -> None:
    bot = a_bot(ENTERS_NOTHING).up(*FLAGS)
    stop = bot.data / "STOP"
    stop.touch()
    bot.until(lambda s: s.status == "paused" and codes(s) == {"halt_file"}, 5)
    answer = bot.buy({**BTC, "amount_quote": 50_000})
    assert (answer.result, answer.message.split()[0]) == ("refused", "paused")
    bot.kill()
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == "paused" and codes(s) == {"halt_file"})
    assert bot.stop() == 0
    stop.unlink()  # taken away while nobody looked
    bot.up(*FLAGS)
    bot.until(lambda s: s.status == "running" and not s.halts)
    stop.touch()
    bot.until(lambda s: s.status == "paused", 5)
    stop.unlink()
    bot.until(lambda s: s.status == "running" and not s.halts, 5)


def test_restart_keeps_process_flags_and_books_and_is_acknowledged_after_it(a_bot: MakeBot) -> None:
    bot = a_bot(ENTERS_NOTHING + "CRYPTO_K_VALUE=0.45\n").up(*FLAGS)
    assert bot.buy({**BTC, "amount_quote": 50_000}).result == "done"
    bot.until(lambda _: "BTC/KRW" in bot.portfolio("upbit").positions, 10)
    positions = bot.portfolio("upbit").positions
    first = bot.until(lambda _: True)
    bot.write_env(ENTERS_NOTHING + "CRYPTO_K_VALUE=0.5\nVENUES=upbit\n")
    bot.until(lambda s: s.parameters["upbit"]["K_VALUE"] == 0.5)
    restarted = bot.ask("restart")
    assert restarted.result == "done"
    second = bot.until(lambda s: s.started_at > first.started_at and s.status == "running")
    assert second.pid == first.pid
    assert set(second.venues) == {"upbit"}  # what waited for a restart
    assert [c.name for c in second.commands][-2:] == ["buy", "restart"]  # the newest last
    assert second.commands[-1].id == restarted.id
    assert bot.portfolio("upbit").positions == positions
    assert bot.output().count("60 market seconds a") == 2  # a long line is broken after that
    assert bot.stop() == 0


def test_shutdown_ends_in_order_and_keeps_positions(a_bot: MakeBot) -> None:
    bot = a_bot(ENTERS_NOTHING).up(*FLAGS)
    assert bot.buy({**BTC, "amount_quote": 50_000}).result == "done"
    bot.until(lambda _: "BTC/KRW" in bot.portfolio("upbit").positions, 10)
    asked = bot.ask("shutdown")
    assert asked.result == "done"
    assert bot.code() == 0
    status = bot.status()
    assert status is not None
    assert status.status == "stopped"
    assert asked in status.commands
    assert "BTC/KRW" in bot.portfolio("upbit").positions
    assert "NOT protected while the bot is off" in bot.output()


def test_a_command_that_a_kill_interrupted_gets_its_one_final_answer(a_bot: MakeBot) -> None:
    """The claim lies in the folder, its id in the journal, and the process died in between."""
    bot = a_bot(ENTERS_NOTHING).up(*FLAGS)
    assert bot.stop() == 0
    document = command("set_parameters", {"values": {"K_VALUE": 0.7}})
    taken_by_a_dead_bot(bot, document)
    bot.up(*FLAGS)
    answer = bot.answer(document["id"])
    assert answer.result == "failed"
    assert answer.message.startswith("interrupted")
    assert bot.ask("pause").result == "done"


def taken_by_a_dead_bot(bot: Bot, document: dict[str, Any]) -> None:
    (bot.data / mailbox.CLAIMED).write_text(json.dumps(document))
    connection = sqlite3.connect(bot.data / "trader.db")
    with connection:
        connection.execute(
            "INSERT INTO commands (id, name, args, received_at) VALUES (?, ?, '{}', ?)",
            (document["id"], document["name"], int(time.time() * 1_000)),
        )
    connection.close()


def test_a_claim_without_its_id_in_the_journal_acts_at_the_next_start(a_bot: MakeBot) -> None:
    bot = a_bot(ENTERS_NOTHING).up(*FLAGS)
    bot.kill()
    document = command("pause")
    (bot.data / mailbox.CLAIMED).write_text(json.dumps(document))
    bot.up(*FLAGS)
    assert bot.answer(document["id"]).result == "done"
    assert bot.rows("SELECT count(*) FROM commands WHERE id = ?", document["id"]) == [(1,)]
