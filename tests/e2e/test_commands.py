"""Commands through the mailbox: each acts once, each gets one answer, nothing stops the loop."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bot import VENUES, Bot, bot, command, settings
from trader.bridge import mailbox
from trader.bridge.schemas import BotStatus

FLAGS = ("--speed", "60", "--seed", "3")
FILE = settings("# mine", "CRYPTO_K_VALUE=0.45   # careful", "BINANCE_API_KEY=canary-key")
ENTERS_NOTHING = "CRYPTO_ADX_MIN=100\nCRYPTO_MAX_CONSECUTIVE_LOSSES=0\n"
BTC = {"venue": "upbit", "symbol": "BTC/KRW"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One bot for all of these; no test leaves it halted."""
    with bot(tmp_path_factory.mktemp("commands"), FILE + ENTERS_NOTHING) as made:
        made.up(*FLAGS).until(lambda status: status.status == "running")
        yield made
        status = made.until(lambda status: status.status == "running")
        assert status.settings_error is None
        assert made.stop() == 0
        assert "Traceback" not in made.output()


def answers(bot: Bot, command_id: str) -> list[tuple[Any, ...]]:
    """Rows of the journal for one command."""
    return bot.rows("SELECT result FROM commands WHERE id = ?", command_id)


def halts(status: BotStatus) -> set[tuple[str, str]]:
    return {(halt.scope, halt.code) for halt in status.halts}


# ---------------------------------------------------------------- every command


def test_pause_and_resume(running: Bot) -> None:
    assert running.ask("pause").result == "done"
    status = running.until(lambda s: s.status == "paused")
    assert {(venue, "paused") for venue in VENUES} <= halts(status)
    assert running.ask("resume").result == "done"
    running.until(lambda s: s.status == "running" and not s.halts)


def test_pause_of_one_venue(running: Bot) -> None:
    assert running.ask("pause", {"venue": "upbit"}).result == "done"
    status = running.until(lambda s: s.halts)
    assert (halts(status), status.status) == ({("upbit", "paused")}, "running")
    assert running.ask("resume", {"venue": "upbit"}).result == "done"
    running.until(lambda s: not s.halts)


def held(bot: Bot, symbol: str = "BTC/KRW") -> bool:
    return symbol in bot.portfolio("upbit").positions


def bought(bot: Bot, **args: object) -> None:
    """Hold some BTC, bought by hand."""
    wish = {**BTC, "amount_quote": 50_000} | args
    answer = bot.buy(wish)
    assert answer.result == "done", answer
    bot.until(lambda _: held(bot), 10)


def test_buy_by_amount_and_close(running: Bot) -> None:
    bought(running)
    shown = running.portfolio("upbit")
    assert 40_000 < shown.positions["BTC/KRW"] * shown.entry_prices["BTC/KRW"] < 60_000
    assert shown.details["BTC/KRW"].stop is not None
    assert running.ask("buy", {**BTC, "amount_quote": 50_000}).message.startswith("already_held")
    assert running.ask("close_position", BTC).result == "done"
    running.until(lambda _: not held(running), 10)
    newest = running.portfolio("upbit").trade_history[-1]
    assert (newest.symbol, newest.type, newest.reason) == ("BTC/KRW", "SELL", "manual")
    assert running.ask("close_position", BTC).message.startswith("no_position")


def test_buy_and_sell_by_quantity(running: Bot) -> None:
    bought(running, amount_quote=None, quantity=0.0005)
    quantity = running.portfolio("upbit").positions["BTC/KRW"]
    assert quantity == pytest.approx(0.0005, rel=0.02)
    assert running.ask("sell", {**BTC, "quantity": quantity}).result == "done"
    running.until(lambda _: not held(running), 10)


def test_what_cannot_be_bought_or_sold_is_refused_with_its_code(running: Bot) -> None:
    for name, args, code in (
        ("buy", {"venue": "upbit", "symbol": "NONE/KRW", "quantity": 1}, "unknown_symbol"),
        ("buy", {**BTC, "amount_quote": 10}, "min_order"),
        ("sell", {**BTC, "quantity": 1}, "no_position"),
    ):
        answer = running.ask(name, args)
        assert answer.result == "refused", (name, args, answer)
        assert answer.message.startswith(code)


def test_a_purchase_beyond_the_limits_is_cut_and_says_by_what(running: Bot) -> None:
    bought(running, amount_quote=1e12)
    (said,) = running.rows("SELECT message FROM commands ORDER BY received_at DESC LIMIT 1")
    assert "limited by" in said[0]
    shown = running.portfolio("upbit")
    assert shown.positions["BTC/KRW"] * shown.entry_prices["BTC/KRW"] < 0.21 * 1_000_000
    assert running.ask("close_position", BTC).result == "done"
    running.until(lambda _: not held(running), 10)


def test_stop_closes_everything_and_idles_until_resume(running: Bot) -> None:
    bought(running)
    assert running.ask("stop").result == "done"
    running.until(lambda s: s.status == "paused" and not held(running), 10)
    answer = running.buy({**BTC, "amount_quote": 50_000})
    assert (answer.result, answer.message.split()[0]) == ("refused", "paused")
    assert running.ask("resume").result == "done"
    running.until(lambda s: s.status == "running")


def test_emergency_stop_locks_and_closes_only_when_asked_to(running: Bot) -> None:
    bought(running)
    assert running.ask("emergency_stop").result == "done"
    running.until(lambda s: s.status == "emergency")
    time.sleep(1.0)
    assert held(running)
    assert running.ask("emergency_stop", {"close": True}).result == "done"
    running.until(lambda s: not held(running), 10)
    assert running.ask("resume").result == "done"
    running.until(lambda s: s.status == "running")


def test_parameters_and_presets_edit_the_file_with_comments_kept(running: Bot) -> None:
    before = running.env_file.read_text()
    assert running.ask("set_parameters", {"values": {"K_VALUE": 0.5}}).result == "done"
    running.until(lambda s: s.parameters["upbit"]["K_VALUE"] == 0.5)
    assert running.env_file.read_text() == before.replace("0.45", "0.5")
    preset = {"preset": "swing", "venue": "binance_spot"}
    assert running.ask("set_preset", preset).result == "done"
    status = running.until(lambda s: s.parameters["binance_spot"]["TIMEFRAME"] == "4h")
    assert status.parameters["upbit"]["TIMEFRAME"] != "4h"
    rows = running.rows('SELECT "by", key, new FROM settings_changes ORDER BY number')
    assert ("panel", "CRYPTO_K_VALUE", "0.5") in rows
    assert "panel" in [by for by, key, _ in rows if "PRESET" in key]
    check_history(running.data / "env_history")
    running.write_env(before)
    running.until(lambda s: s.parameters["binance_spot"]["TIMEFRAME"] == "1m")


def check_history(folder: Path) -> None:
    """Former versions, theirs alone to read, with secrets masked."""
    versions = sorted(folder.glob("*.env"))
    assert len(versions) >= 2
    assert "0.45   # careful" in versions[0].read_text()
    assert all("canary" not in path.read_text() for path in versions)
    assert {path.stat().st_mode & 0o777 for path in versions} == {0o600}


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("set_parameters", {"values": {"K_VALUE": 45}}, "1.5"),
        ("set_parameters", {"values": {"NO_SUCH": 1}}, "NO_SUCH"),
        ("set_preset", {"preset": "no_such"}, "no_such"),
    ],
)
def test_settings_that_would_not_do_are_refused_and_the_file_stays(
    running: Bot, name: str, args: dict[str, Any], said: str
) -> None:
    before = running.env_file.read_bytes()
    answer = running.ask(name, args)
    assert answer.result == "refused"
    assert said in answer.message
    assert running.env_file.read_bytes() == before


def test_settings_are_read_again_when_asked(running: Bot) -> None:
    assert running.ask("reload_settings").result == "done"


def test_what_is_not_part_of_this_version_is_refused_in_words(running: Bot) -> None:
    answer = running.ask("train")
    assert (answer.result, answer.message.split()[0]) == ("refused", "not_available")


# ---------------------------------------------------------------- once


def test_a_repeated_id_acts_no_second_time_and_adds_no_second_entry(running: Bot) -> None:
    document = command("pause")
    running.put(document)
    assert running.answer(document["id"]).result == "done"
    assert running.ask("resume").result == "done"
    running.put({**document, "issued_at": time.time()})
    running.until(lambda _: not running.client.waiting())
    status = running.until(lambda s: s.timestamp > time.time() - 0.3)
    assert not status.halts
    assert len([c for c in status.commands if c.id == document["id"]]) == 1
    assert answers(running, document["id"]) == [("done",)]


def test_an_old_command_is_refused_as_expired_and_not_kept(running: Bot) -> None:
    kept = rejected(running)
    for issued_at in (time.time() - 61, time.time() + 3_600):
        document = command("pause", issued_at=issued_at)
        running.put(document)
        answer = running.answer(document["id"])
        assert (answer.result, answer.message.split(":")[0]) == ("refused", "expired")
    assert not running.until(lambda _: True).halts
    assert rejected(running) == kept


# ---------------------------------------------------------------- hostile

HOSTILE: list[tuple[bytes, str]] = [
    (b"", "bad_json"),
    (b'{"id": "x", "name": "pau', "bad_json"),
    (b"[]", "bad_json"),
    (b"\xff\xfe\x00", "bad_json"),
    (b"[" * 60_000, "bad_json"),
    (b'{"id": "n", "name": "pause", "args": {"a": NaN}, "issued_at": 1}', "bad_json"),
    (b'{"a": "' + b"x" * 5_000_000 + b'"}', "too_large"),
    (json.dumps(command("rm -rf /")).encode(), "unknown_command"),
    (json.dumps(command("pause", {"venue": "kraken"})).encode(), "bad_arguments"),
    (json.dumps(command("buy", {**BTC, "amount_quote": -5})).encode(), "bad_arguments"),
    (json.dumps(command("pause", more=1)).encode(), "bad_arguments"),
    (json.dumps(command("pause", id=5)).encode(), "bad_arguments"),
    (json.dumps(command("pause", issued_at="now")).encode(), "bad_arguments"),
]


def rejected(bot: Bot) -> list[str]:
    folder = bot.data / "rejected_commands"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(("data", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_malformed_file_is_refused_and_kept_aside(running: Bot, data: bytes, code: str) -> None:
    kept = len(rejected(running))
    running.put(data)
    check_refusal(running, code, kept)


def check_refusal(running: Bot, code: str, kept: int) -> None:
    running.until(lambda _: len(rejected(running)) > kept, 5)
    assert code in rejected(running)[-1]
    status = running.until(lambda s: s.commands and s.commands[-1].message.startswith(code), 5)
    assert status.commands[-1].result == "refused"
    running.until(lambda s: s.loop.count > status.loop.count)
    assert not status.halts


def test_a_link_a_pipe_and_a_folder_are_refused_and_touch_nothing(
    running: Bot, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.write_text(json.dumps(command("pause")))
    slot = running.data / mailbox.SLOT
    makes: list[Callable[[], None]] = [
        lambda: slot.symlink_to(precious),
        lambda: os.mkfifo(slot),
        lambda: slot.mkdir(),
    ]
    for make in makes:
        kept = len(rejected(running))
        make()
        check_refusal(running, "not_a_file", kept)
    assert json.loads(precious.read_text())["name"] == "pause"


def test_a_burst_of_commands_is_answered_one_by_one(running: Bot) -> None:
    sent = [running.send("pause" if n % 2 == 0 else "resume") for n in range(20)]
    for command_id in sent:
        assert running.answer(command_id, 10).result == "done"
    assert all(answers(running, command_id) == [("done",)] for command_id in sent)
