"""Commands that set a parameter find the keys to write."""

from typing import Any

import pytest

from config.change import changes_for
from config.env_file import parse
from config.errors import SettingsError
from tests.config.builders import DAEMON

CASES = [  # .env, value, venue, changes
    ("#", 0.45, None, {"CRYPTO_K_VALUE": "0.45"}),
    ("#", 0.45, "upbit", {"UPBIT_K_VALUE": "0.45"}),
    ("K_VALUE=0.4", 0.45, None, {"K_VALUE": "0.45"}),
    ("CRYPTO_K_VALUE=0.4", 0.45, None, {"CRYPTO_K_VALUE": "0.45"}),
    ("UPBIT_K_VALUE=0.4", 0.45, None, {"UPBIT_K_VALUE": None, "CRYPTO_K_VALUE": "0.45"}),
    ("CRYPTO_K_VALUE=0.4", 0.45, "upbit", {"UPBIT_K_VALUE": "0.45"}),
    ("CRYPTO_K_VALUE=0.4\nUPBIT_K_VALUE=1", None, None,
     {"CRYPTO_K_VALUE": None, "UPBIT_K_VALUE": None}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "venue", "changes"), CASES)
def test_a_value_for_a_venue_or_for_all_is_in_force_there(
    text: str, value: float | None, venue: str | None, changes: dict[str, str | None]
) -> None:
    assert changes_for(parse(text.encode()), {"k_value": value}, venue, DAEMON) == changes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (5, "5"),
        (1e-7, "1e-07"),
        (["BTC", "ETH"], "BTC,ETH"),
        ("a", "a"),
    ],
)
def test_json_values_are_written_as_settings(value: Any, text: str) -> None:
    assert changes_for(parse(b"#"), {"MAJORS": value}, "upbit", DAEMON) == {"UPBIT_MAJORS": text}


def test_thresholds_are_parameters_too() -> None:
    found = changes_for(parse(b"#"), {"RSI_REVERSION_BUY_BELOW": 25}, "upbit", DAEMON)
    assert found == {"UPBIT_RSI_REVERSION_BUY_BELOW": "25"}


def test_a_key_with_its_prefix_is_that_key_alone() -> None:
    env = parse(b"CRYPTO_K_VALUE=0.4\nUPBIT_K_VALUE=1")
    values = {"UPBIT_K_VALUE": None, "BINANCE_SPOT_MAJORS": ["BTC"]}
    found = changes_for(env, values, None, DAEMON)
    assert found == {"UPBIT_K_VALUE": None, "BINANCE_SPOT_MAJORS": "BTC"}


def test_a_former_file_is_had_back_with_its_own_keys() -> None:
    env = parse(b"CRYPTO_K_VALUE=0.4\nUPBIT_K_VALUE=1\nOPTIMIZER=no")
    values = {"UPBIT_K_VALUE": 0.9, "K_VALUE": 0.5, "OPTIMIZER": None}
    assert changes_for(env, values, None, DAEMON) == {
        "CRYPTO_K_VALUE": "0.5", "UPBIT_K_VALUE": "0.9", "OPTIMIZER": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "venue", "reason"),
    [
        ("PANEL_PASSWORD", None, "set it in .env and restart"),
        ("UPBIT_SECRET_KEY", None, "set it in .env and restart"),
        ("UPBIT_API_URL", None, "set it in .env and restart"),
        ("LIVE_TRADING", None, "set it in .env and restart"),
        ("OPTIMIZER", "upbit", "leave the venue upbit out"),
        ("UPBIT_K_VALUE", "upbit", "leave the venue upbit out"),
        ("UPBIT_NONSENSE", None, "unknown"),
    ],
)
def test_keys_that_no_command_changes(name: str, venue: str | None, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        changes_for(parse(b"#"), {name: "1"}, venue, DAEMON)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("MODE", "set it in .env and restart"), ("K_VALU", "did you mean K_VALUE"), ("X", "unknown")],
)
def test_only_trading_parameters_are_set_by_command(name: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        changes_for(parse(b"#"), {name: 1}, None, DAEMON)
