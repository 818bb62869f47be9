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


@pytest.mark.parametrize(
    ("name", "reason"),
    [("MODE", "set it in .env and restart"), ("K_VALU", "did you mean K_VALUE"), ("X", "unknown")],
)
def test_only_trading_parameters_are_set_by_command(name: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        changes_for(parse(b"#"), {name: 1}, None, DAEMON)
