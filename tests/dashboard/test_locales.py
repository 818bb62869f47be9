"""Both languages say the same things, with the same blanks, for every code there is."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest

from dashboard.condition import State
from dashboard.languages import LANGUAGES, catalogue, chosen, words_in
from trader.bridge.commands import ARGUMENTS
from trader.domain.instrument import VENUES
from trader.domain.position import ExitReason
from trader.domain.signal import REASON_CODES, Action
from trader.strategies.catalogue import discover

RECORDING = ["disk_full", "disk_slow", "folder_gone", "folder_closed", "failed"]
PANEL = Path(__file__).parents[2] / "dashboard"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_catalogues_have_the_same_keys_and_blanks() -> None:
    en, ko = catalogue("en"), catalogue("ko")
    assert set(en) == set(ko)
    assert [key for key in en if fields(en[key]) != fields(ko[key])] == []
    assert [key for key in en if not en[key].strip() or not ko[key].strip()] == []


def test_no_key_stands_in_two_files() -> None:
    for language in LANGUAGES:
        files = list((PANEL / "locales" / language).glob("*.json"))
        keys = [key for file in files for key in json.loads(file.read_text("utf-8"))]
        assert len(files) > 3
        assert sorted(keys) == sorted(catalogue(language))


def test_every_key_that_the_panel_names_exists() -> None:
    named = {
        key
        for file in PANEL.rglob("*.py")
        for key in re.findall(r"\bwords\(\s*\"([a-z_.]+)\"", file.read_text("utf-8"))
    }
    assert len(named) > 50
    assert named - set(catalogue("en")) == set()


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("reason", REASON_CODES),
        ("exit", [reason.value for reason in ExitReason]),
        ("action", [action.value for action in Action]),
        ("command", list(ARGUMENTS)),
        ("venue", VENUES),
        ("recording", RECORDING),
        ("strategy", list(discover().strategies)),
    ],
)
def test_every_code_has_words(kind: str, codes: list[str]) -> None:
    assert [code for code in codes if f"{kind}.{code}" not in catalogue("en")] == []


def test_every_state_has_a_name_a_title_and_a_text() -> None:
    wanted = {f"state.{state}.{part}" for state in State for part in ("name", "title", "text")}
    assert wanted - set(catalogue("en")) == set()


def test_no_korean_stands_outside_the_catalogues() -> None:
    files = [f for kind in ("*.py", "*.js", "*.css") for f in PANEL.rglob(kind)]
    assert [f.name for f in files if re.search("[가-힣]", f.read_text("utf-8"))] == []


def test_a_missing_text_never_stops_a_page() -> None:
    words = words_in("ko")
    assert words("no.such.key") == "no.such.key"
    assert words("as_of") == catalogue("ko")["as_of"]
    assert words.of_code("reason", "brand_new") == "brand_new"


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        (("ko", "en"), "ko"),
        ((None, "", "auto", "ko-KR"), "ko"),
        (("fr-FR", "en-GB"), "en"),
        ((), "en"),
    ],
)
def test_the_first_wish_that_can_be_met_counts(wishes: tuple[str], language: str) -> None:
    assert chosen(*wishes) == language
