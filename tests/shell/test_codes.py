"""Every code of the daemon has a cause and a remedy in both languages, and stands in docs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.languages import catalogue
from trader.bridge.words.codes import DAEMON, GUARDIAN, Told
from trader.bridge.words.exchange_codes import EXCHANGES, told_of
from trader.domain.instrument import VENUES
from trader.engine import links
from trader.shell.wording import Words
from trader.shell.wording.reference import reference
from trader.venues.real.codes import CODES

ROOT = Path(__file__).parents[2]
ROOMS = ("engine", "feeds/live", "shell", "venues/real", "risk")
ALL = [
    (code, told)
    for table in (DAEMON, GUARDIAN, *EXCHANGES.values())
    for code, told in table.items()
]


def calls(*names: str) -> Iterator[ast.Call]:
    for room in ROOMS:
        for file in (ROOT / "trader" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                called = getattr(node, "func", None)
                name = getattr(called, "attr", getattr(called, "id", ""))
                if isinstance(node, ast.Call) and name in names:
                    yield node


def said() -> Iterator[str]:
    """Codes of notices, halts and logged messages, as they stand in the source."""
    for name, place in (("Notice", 1), ("Halt", 0), ("notice", 0)):
        for call in calls(name):
            code = call.args[place] if len(call.args) > place else None
            yield from [str(code.value)] if isinstance(code, ast.Constant) else []
    for call in calls("tell"):
        yield from (str(word.value) for word in call.args[:1] if isinstance(word, ast.Constant))
    for name, value in vars(links).items():
        yield from [value] if name.isupper() and isinstance(value, str) else []
    for call in calls("_say"):
        words = (str(word.value) for word in call.args[1:3] if isinstance(word, ast.Constant))
        yield from (word for word in words if word not in ("info", "warning", "error"))
    for call in calls("info", "warning", "error", "log"):
        extras = (word.value for word in call.keywords if word.arg == "extra")
        codes = (extra.values[0] for extra in extras if isinstance(extra, ast.Dict))
        yield from (str(code.value) for code in codes if isinstance(code, ast.Constant))


def test_every_code_of_the_daemon_is_in_the_catalogue() -> None:
    found = set(said())
    assert len(found) > 25
    assert found - DAEMON.keys() == set()
    assert DAEMON.keys() - found <= {"weekly_loss", "monthly_loss", "daily_loss"}, "said no more"


@pytest.mark.parametrize("venue", VENUES)
def test_every_code_of_an_exchange_is_in_the_catalogue(venue: str) -> None:
    codes = CODES[venue]
    known = codes.refused | codes.absent | codes.keys | codes.clock | codes.unchanged
    known |= {code for code, _ in codes.exists if code}
    assert len(known) > 10
    assert sorted(code for code in known if told_of(venue, code) is None) == []
    assert told_of(venue, "nobody_thought_of_it") is None
    assert told_of(venue, "-99999") is None


def test_every_state_of_the_guardian_is_in_the_catalogue() -> None:
    source = (ROOT / "trader" / "shell" / "guardian" / "guardian.py").read_text("utf-8")
    states = set(re.findall(r'show\("(\w+)"', source))
    assert len(states) > 4
    assert states | {"missing"} == GUARDIAN.keys()


@pytest.mark.parametrize(("code", "told"), ALL)
def test_a_cause_and_its_remedy_are_there_in_both_languages(code: str, told: Told) -> None:
    assert told.cause, code
    assert re.search("[가-힣]", told.cause_ko), code
    assert bool(told.remedy) == bool(told.remedy_ko), code
    assert not told.remedy or re.search("[가-힣]|restart", told.remedy_ko), code


def test_the_documentation_is_made_of_the_catalogues() -> None:
    written = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert written == reference(), "python -m trader.shell.wording.reference > docs/errors.md"
    for code, _ in ALL:
        assert f"| `{code}` |" in written


def test_every_halt_has_words_in_the_panel() -> None:
    found = {str(c.args[0].value) for c in calls("Halt") if isinstance(c.args[0], ast.Constant)}
    assert len(found) > 10
    assert {code for code in found if f"halt.{code}" not in catalogue("ko")} == set()


def test_a_refused_order_is_told_with_its_remedy() -> None:
    refused = "upbit:BTC/KRW: insufficient_funds_bid not enough KRW"
    assert (
        Words("en").of(refused).endswith("-> pay in, or lower INITIAL_CAPITAL or MAX_POSITION_SIZE")
    )
    assert "입금하거나" in Words("ko").of(refused)
    exits = "binance_spot:BTC/USDT: the venue refused 5 exits (-1013 LOT_SIZE); close it by hand"
    assert "-> report it if it stays" in Words("en").of(exits)
    assert Words("en").of("upbit: prices are back") == "upbit: prices are back"
