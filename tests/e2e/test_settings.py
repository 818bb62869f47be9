"""Settings while it runs: an edit of the file is in force within a loop, or changes nothing."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.bot import Bot, bot
from trader.bridge.schemas import BotStatus

LOOP = 1.0  # seconds, as set below
SLACK = 2.0  # for a busy machine
FILE = """\
# my settings
CRYPTO_K_VALUE=0.45   # careful
UPBIT_TAKE_PROFIT_PERCENT=0.04
BINANCE_API_SECRET=canary-of-the-settings-tests
LOOP_SECONDS=1
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One bot for all of these; each test begins with the file as it was at the start."""
    with bot(tmp_path_factory.mktemp("settings"), FILE) as made:
        yield made.up("--speed", "20")


@pytest.fixture
def edited(running: Bot) -> Bot:
    """The same bot, with its first file in force."""
    if running.env_file.is_dir():
        running.env_file.rmdir()
    running.write_env(FILE)
    running.until(lambda s: s.settings_error is None and k_value(s) == 0.45)
    return running


def k_value(status: BotStatus, venue: str = "binance_spot") -> object:
    return status.parameters[venue]["K_VALUE"]


def changes(running: Bot) -> list[tuple[str, str, str, str]]:
    """Rows of the journal's table, oldest first."""
    return running.rows('SELECT "by", key, old, new FROM settings_changes ORDER BY number')


def test_an_edit_is_in_force_within_one_loop_and_journalled(edited: Bot) -> None:
    known = len(changes(edited))
    version = edited.until(lambda _: True).settings_version
    edited.write_env(FILE.replace("0.45", "0.6"))
    status = edited.until(lambda s: k_value(s) == 0.6, LOOP + SLACK)
    assert status.settings_error is None
    assert status.settings_version != version
    assert changes(edited)[known:] == [("file", "CRYPTO_K_VALUE", "0.45", "0.6")]


def test_a_venue_has_a_value_of_its_own(edited: Bot) -> None:
    edited.write_env(FILE + "UPBIT_K_VALUE=0.7\n")
    status = edited.until(lambda s: k_value(s, "upbit") == 0.7, LOOP + SLACK)
    assert k_value(status) == 0.45


def test_a_removed_key_goes_back_to_its_default_and_the_journal_says_so(edited: Bot) -> None:
    edited.write_env(FILE.replace("UPBIT_TAKE_PROFIT_PERCENT=0.04\n", ""))
    edited.until(lambda s: s.parameters["upbit"]["TAKE_PROFIT_PERCENT"] == 0.02, LOOP + SLACK)
    by, key, old, new = changes(edited)[-1]
    assert (by, key, old) == ("file", "UPBIT_TAKE_PROFIT_PERCENT", "0.04")
    assert "0.02" in new


REFUSED: list[tuple[str, bytes, str]] = [
    ("a value out of range", FILE.replace("0.45", "45").encode(), ".env:2 CRYPTO_K_VALUE=45"),
    ("no number", FILE.replace("0.45", "0,45").encode(), ".env:2 CRYPTO_K_VALUE=0,45"),
    ("one wrong among right ones", (FILE + "UPBIT_K_VALUE=0.7\nUPBIT_ADX_MIN=x\n").encode(),
     ".env:7 UPBIT_ADX_MIN=x"),
    ("a key twice", (FILE + "CRYPTO_K_VALUE=0.5\n").encode(), ".env:6"),
    ("a byte order mark", b"\xef\xbb\xbf" + FILE.encode(), "byte order mark"),
    ("an unclosed quote", FILE.replace("0.45 ", "'0.5").encode(), "quote"),
    ("an unknown key", (FILE + "CRYPTO_K_VALU=hidden-value\n").encode(), "CRYPTO_K_VALU"),
    ("emptied", b"", "empty"),
    ("cut in the middle of a line", FILE.encode()[:-20], "cut off"),
    ("not text", b"\xff\xfe\x00CRYPTO_K_VALUE=0.5\n", "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_wrong_file_changes_nothing_and_says_where_and_why(
    edited: Bot, name: str, data: bytes, said: str
) -> None:
    del name
    known = len(changes(edited))
    edited.write_env(data)
    status = edited.until(lambda s: s.settings_error, LOOP + SLACK)
    assert status.settings_error is not None
    assert said in status.settings_error
    assert "canary" not in status.settings_error
    assert "hidden-value" not in status.settings_error
    assert (k_value(status), k_value(status, "upbit")) == (0.45, 0.45)
    assert len(changes(edited)) == known
    edited.write_env(FILE)
    edited.until(lambda s: s.settings_error is None, LOOP + SLACK)


def test_the_allowed_range_is_said(edited: Bot) -> None:
    edited.write_env(FILE.replace("0.45", "45"))
    status = edited.until(lambda s: s.settings_error, LOOP + SLACK)
    assert status.settings_error is not None
    assert "0.1" in status.settings_error
    assert "1.5" in status.settings_error


def test_a_deleted_file_changes_nothing_and_is_reported(edited: Bot) -> None:
    edited.env_file.unlink()
    status = edited.until(lambda s: s.settings_error, LOOP + SLACK)
    assert status.settings_error is not None
    assert "deleted" in status.settings_error
    assert k_value(status) == 0.45


def test_a_file_that_cannot_be_read_changes_nothing_and_is_reported(edited: Bot) -> None:
    edited.env_file.unlink()
    edited.env_file.mkdir()
    status = edited.until(lambda s: s.settings_error, LOOP + SLACK)
    assert k_value(status) == 0.45


def test_a_file_that_is_being_written_is_left_alone(edited: Bot) -> None:
    whole = FILE.replace("0.45", "0.6").encode()
    for end in range(5, len(whole), 12):
        edited.write_env(whole[:end])
        time.sleep(0.1)
        status = edited.status()
        assert status is not None
        assert (status.settings_error, k_value(status)) == (None, 0.45)
    edited.write_env(whole)
    edited.until(lambda s: k_value(s) == 0.6, LOOP + SLACK)


def test_what_needs_a_restart_says_so_and_waits(edited: Bot) -> None:
    before = edited.until(lambda _: True)
    edited.write_env(FILE + "VENUES=upbit\nMODE=paper\nCRYPTO_K_VALU" + "E_X=1\n")
    edited.until(lambda s: s.settings_error, LOOP + SLACK)
    edited.write_env(FILE.replace("0.45", "0.55") + "VENUES=upbit\nMODE=paper\n")
    status = edited.until(lambda s: k_value(s) == 0.55, LOOP + SLACK)
    assert (status.mode, set(status.venues)) == (before.mode, set(before.venues))
    for key in ("VENUES", "MODE"):
        assert f"{key} takes effect after a restart" in edited.output()


def test_another_preset_brings_other_timeframes_and_symbols_while_it_runs(edited: Bot) -> None:
    edited.write_env(FILE + "UPBIT_STRATEGY_PRESET=mid_term\nUPBIT_SYMBOLS=ETH/KRW,XRP/KRW\n")
    edited.until(lambda s: s.parameters["upbit"]["TIMEFRAME"] == "1h", LOOP + SLACK)
    edited.until(lambda _: edited.portfolio("upbit").metadata.timeframe == "1h")
    shown = edited.portfolio("upbit")
    assert shown.metadata.selected_symbols[:2] == ("ETH/KRW", "XRP/KRW")
    others = set(shown.metadata.selected_symbols[2:])
    assert others <= set(shown.positions)  # what is held stays, until it is sold


def test_no_secret_of_the_file_was_written_anywhere(edited: Bot) -> None:
    edited.ask("set_parameters", {"values": {"K_VALUE": 0.45}})
    written = [path for path in edited.folder.rglob("*") if path.is_file()]
    assert len(written) > 10
    leaks = [p for p in written if p != edited.env_file and b"canary" in p.read_bytes()]
    assert leaks == []


MakeBot = Callable[..., Bot]


def test_the_file_of_a_start_is_refused_whole_with_line_and_reason(
    a_bot: MakeBot, tmp_path: Path
) -> None:
    bot = a_bot(FILE.replace("0.45", "45") + "CRYPTO_ADX_MIN=x\n").start()
    assert bot.code() == 2
    text = bot.output()
    assert ".env:2 CRYPTO_K_VALUE=45" in text
    assert ".env:6 CRYPTO_ADX_MIN=x" in text
    assert "Traceback" not in text
    assert not (tmp_path / "data" / "trader.db").exists()
