"""What is typed and what is written mean the same, to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import GLOBAL, TRADING
from config.setting import plain
from config.values import Names, parse
from dashboard.settings.typed import is_number, number_text, same, to_text, to_typed, wire, wrong

FRACTION, NUMBER = TRADING["STOP_LOSS_PERCENT"], TRADING["K_VALUE"]
NAMES = Names(("breakout",), ("day",))


@given(st.decimals(0, 1, places=12))
def test_percent_there_and_back_is_the_same_number(number: Decimal) -> None:
    text = plain(float(number))
    again = to_text(FRACTION, to_typed(FRACTION, text))
    assert float(again) == float(text)
    typed = float(to_typed(FRACTION, text))
    assert float(to_text(FRACTION, number_text(typed))) == float(text)


@given(st.integers(0, 10**15 - 1), st.integers(0, 12))
def test_a_typed_percentage_is_divided_exactly(digits: int, places: int) -> None:
    typed = f"{Decimal(digits).scaleb(-places):f}"
    assert Decimal(to_text(FRACTION, typed)) == Decimal(typed) / 100
    assert Decimal(to_typed(FRACTION, to_text(FRACTION, typed))) == Decimal(typed)


@pytest.mark.parametrize(
    ("typed", "text"), [("5", "0.05"), ("0.1", "0.001"), ("5 %", "0.05"), ("29", "0.29"),
                        ("venue", "venue"), ("1e-3", "0.00001"), ("five", "five")],
)  # fmt: skip
def test_percent_becomes_a_fraction(typed: str, text: str) -> None:
    assert to_text(FRACTION, typed) == text


def test_what_is_no_fraction_stays_as_it_is() -> None:
    assert to_text(NUMBER, " 0.45 ") == "0.45"
    assert to_typed(NUMBER, "0.45") == "0.45"
    assert not is_number("nan")
    assert not is_number("1e999")


def test_config_alone_says_what_is_wrong() -> None:
    assert wrong(NUMBER, "7", NAMES) == "is out of range"
    assert wrong(NUMBER, "0,5", NAMES) == "is no number: write 0.5 with a point"
    assert wrong(NUMBER, "0.5", NAMES) == ""
    assert wrong(NUMBER, None, NAMES) == ""


@pytest.mark.parametrize("setting", [*TRADING.values(), *GLOBAL.values()], ids=lambda s: s.name)
def test_every_default_survives_the_way_to_the_command(setting: object) -> None:
    from config.setting import Setting, text_of

    assert isinstance(setting, Setting)
    text = text_of(setting, setting.default)
    again = to_text(setting, to_typed(setting, text))
    assert same(setting, again, text, NAMES)


def test_a_command_carries_numbers_and_switches_as_such() -> None:
    assert wire(NUMBER, "0.45", NAMES) == 0.45
    assert wire(TRADING["MAX_POSITIONS"], "7", NAMES) == 7
    assert wire(TRADING["EMA_FILTER"], "no", NAMES) is False
    assert wire(TRADING["FEE"], "venue", NAMES) == "venue"
    assert wire(TRADING["SYMBOLS"], "BTC/KRW,ETH/KRW", NAMES) == "BTC/KRW,ETH/KRW"
    assert wire(NUMBER, "many", NAMES) == "many"
    assert parse(NUMBER, "0.45", NAMES) == 0.45


def test_a_missing_line_is_only_like_a_missing_line() -> None:
    assert same(NUMBER, "0.50", "0.5", NAMES)
    assert not same(NUMBER, None, "0.5", NAMES)
    assert same(NUMBER, None, None, NAMES)
