"""Every command of the contract, its arguments, and nothing else."""

from typing import Any

import pytest

from trader.bridge.commands import ARGUMENTS, Unacceptable, checked, engine_command
from trader.domain.commands import (
    CloseAll,
    ClosePosition,
    Command,
    EmergencyStop,
    Pause,
    Resume,
    TradeByHand,
)

KEY = "upbit:BTC/KRW"
PLACE = {"venue": "upbit", "symbol": "BTC/KRW"}


@pytest.mark.parametrize(
    ("name", "args", "command"),
    [
        ("pause", {}, Pause()),
        ("pause", {"venue": "upbit"}, Pause("upbit")),
        ("resume", {"venue": None}, Resume()),
        ("stop", {"venue": "binance_spot"}, CloseAll("binance_spot")),
        ("emergency_stop", {}, EmergencyStop()),
        ("emergency_stop", {"close": True}, EmergencyStop(close=True)),
        ("close_position", PLACE, ClosePosition(KEY)),
        ("buy", PLACE | {"amount_quote": 10_000}, TradeByHand(KEY, True, amount_quote=10_000)),
        ("sell", PLACE | {"quantity": 0.5}, TradeByHand(KEY, False, quantity=0.5)),
        ("shutdown", {}, None),
        ("restart", {}, None),
        ("set_preset", {"preset": "mid_term", "venue": "upbit"}, None),
        ("set_parameters", {"values": {"K_VALUE": 0.45, "EMA_FILTER": False}}, None),
        ("set_parameters", {"values": {"OPTIMIZER": False, "UPBIT_K_VALUE": None}}, None),
        ("optimize", {}, None),
        ("search_k", {"venue": "upbit"}, None),
        ("train", {}, None),
        ("reload_settings", {}, None),
    ],
)
def test_commands_of_the_contract(name: str, args: dict[str, Any], command: Command | None) -> None:
    given = checked(name, args)
    assert given == {key: value for key, value in args.items() if value is not None} | (
        {"close": False} if args == {} and name == "emergency_stop" else {}
    )
    assert engine_command(name, given) == command


def test_the_contract_has_fifteen_commands() -> None:
    assert len(ARGUMENTS) == 15


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("pause", {"venue": "kraken"}),
        ("pause", {"venue": 1}),
        ("pause", {"venues": "upbit"}),
        ("shutdown", {"now": True}),
        ("emergency_stop", {"close": 1}),
        ("emergency_stop", {"close": "yes"}),
        ("set_preset", {}),
        ("set_preset", {"preset": "../../etc"}),
        ("set_parameters", {"values": {}}),
        ("set_parameters", {"values": {"k value": 1}}),
        ("set_parameters", {"values": {"K_VALUE": [1]}}),
        ("close_position", {"venue": "upbit", "symbol": "BTC"}),
        ("close_position", {"symbol": "BTC/KRW"}),
        ("buy", PLACE),
        ("buy", PLACE | {"amount_quote": 1, "quantity": 1}),
        ("buy", PLACE | {"amount_quote": -1}),
        ("buy", PLACE | {"quantity": "1"}),
        ("sell", PLACE | {"quantity": 0}),
        ("sell", PLACE | {"quantity": True}),
    ],
)
def test_other_arguments_are_refused(name: str, args: dict[str, Any]) -> None:
    with pytest.raises(Unacceptable, match=r"^bad_arguments: "):
        checked(name, args)


def test_other_commands_are_refused() -> None:
    with pytest.raises(Unacceptable, match=r"^unknown_command: 'sell_all' is none of pause"):
        checked("sell_all", {})
