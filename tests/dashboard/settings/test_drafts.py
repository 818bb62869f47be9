"""A draft becomes one command, and the command makes of `.env` what the draft said."""

from collections.abc import Mapping

import pytest

from config.change import changes_for
from config.env_edit import edited as edited_bytes
from config.env_file import parse
from config.reading import Context
from config.schema import GLOBAL, TRADING
from config.settings import load_daemon
from dashboard.settings import drafts
from dashboard.settings.forecast import forecast
from dashboard.settings.paper import Paper, canonical
from dashboard.settings.senses import risk
from tests.dashboard import samples
from tests.dashboard.settings.papers import ENV, FORMER, HIDDEN, STRATEGIES, paper, rows
from trader.bridge.commands import checked
from trader.bridge.panel.schemas import SettingLine
from trader.bridge.schemas import Portfolio

K, STOP, SIZE = TRADING["K_VALUE"], TRADING["STOP_LOSS_PERCENT"], TRADING["MAX_POSITION_SIZE"]


def applied(env: str, draft: drafts.Draft, here: Paper) -> str:
    """The file after the daemon has done what the command asks."""
    args = checked("set_parameters", {"values": drafts.command(draft, here)})
    context = Context(STRATEGIES)
    changes = changes_for(parse(env.encode()), args["values"], args.get("venue"), context)
    return edited_bytes(env.encode(), changes).decode()


def k_values(env: str) -> dict[str, float]:
    found = load_daemon(parse(env.encode()), {}, Context(STRATEGIES), "")
    return {venue: values["k_value"] for venue, values in found.parameters.items()}


def test_for_all_venues_means_all_of_them() -> None:
    here = paper()
    draft = drafts.edited({}, here, K, "crypto", "0.7")
    assert draft == {"CRYPTO_K_VALUE": "0.7", "UPBIT_K_VALUE": None}
    assert drafts.command(draft, here) == {"CRYPTO_K_VALUE": 0.7, "UPBIT_K_VALUE": None}
    assert set(k_values(applied(ENV, draft, here)).values()) == {0.7}


def test_for_one_venue_leaves_the_others() -> None:
    here = paper()
    draft = drafts.edited({}, here, K, "binance_spot", "0.7")
    assert k_values(applied(ENV, draft, here)) == {
        "upbit": 0.4, "binance_spot": 0.7, "binance_futures": 0.5,
    }  # fmt: skip


def test_back_to_the_default_takes_the_lines_out() -> None:
    here = paper()
    draft = drafts.edited({}, here, K, "crypto", None)
    assert draft == {"CRYPTO_K_VALUE": None, "UPBIT_K_VALUE": None}
    assert "K_VALUE" not in applied(ENV, draft, here)
    assert drafts.edited({}, here, STOP, "crypto", None) == {}


@pytest.mark.parametrize("text", ["0.35", None])
def test_a_key_without_prefix_is_not_written_twice(text: str | None) -> None:
    env = "K_VALUE=0.5\nUPBIT_K_VALUE=0.4\nSTRATEGY_PRESET=day\n"
    here = paper(env)
    draft: drafts.Draft = {"CRYPTO_K_VALUE": text}
    after = applied(env, draft, here)
    wanted = 0.5 if text is None else float(text)
    assert k_values(after) == {"upbit": 0.4, "binance_spot": wanted, "binance_futures": wanted}


def test_what_the_file_says_already_is_no_change() -> None:
    here = paper()
    assert drafts.edited({}, here, SIZE, "crypto", "0.30") == {}
    assert drafts.pruned({"CRYPTO_K_VALUE": "0.5", "UPBIT_STOP_LOSS_PERCENT": None}, here) == {}


@pytest.mark.parametrize("env", [ENV, "K_VALUE=0.2\nRSI_REVERSION_RSI_LOW=25\n", "OPTIMIZER=no\n"])
def test_the_way_back_makes_the_file_read_as_it_did(env: str) -> None:
    here = paper(env)
    lines = [SettingLine.model_validate(row) for row in rows(FORMER)]
    former = {key: line.value for key, line in canonical(lines, here.context).items()}
    draft, fixed = drafts.difference(here, former)
    after = parse(applied(env, draft, here).encode())
    assert fixed == ["MODE"]
    texts = {key: entry.text for key, entry in after.entries.items()}
    assert texts in ({"CRYPTO_K_VALUE": "0.6"}, {"K_VALUE": "0.6"})


def test_secrets_are_no_part_of_what_is_compared() -> None:
    here = paper(ENV + HIDDEN)
    assert not any("SECRET" in key for key in here.texts)
    assert drafts.difference(here, dict(here.texts)) == ({}, [])


def test_a_global_setting_has_one_key() -> None:
    here = paper()
    draft = drafts.edited({}, here, GLOBAL["OPTIMIZER"], "upbit", "no")
    assert drafts.command(draft, here) == {"OPTIMIZER": False}


def test_a_threshold_of_a_strategy_is_a_setting_too() -> None:
    here = paper()
    setting = drafts.setting_of("UPBIT_RSI_REVERSION_RSI_LOW", here.context)
    assert setting is not None
    draft = drafts.edited({}, here, setting, "upbit", "25")
    assert drafts.command(draft, here) == {"UPBIT_RSI_REVERSION_RSI_LOW": 25.0}


# ---------------------------------------------------------------- what follows


def _portfolios() -> Mapping[str, Portfolio]:
    found = {"upbit": samples.portfolio(), "binance_futures": samples.futures()}
    return {name: Portfolio.model_validate(document) for name, document in found.items()}


@pytest.mark.parametrize("env", [ENV, "# nothing\n", "TRADING_MODE=aggressive\n"])
def test_nothing_is_foretold_of_no_change(env: str) -> None:
    found = forecast(paper(env), {}, _portfolios())
    assert (found.effects, found.outlooks, found.problems) == ((), (), ())


def test_a_wider_stop_moves_positions_and_dares_more() -> None:
    env = "STRATEGY_PRESET=scalping\n"
    here = paper(env)
    found = forecast(here, drafts.edited({}, here, STOP, "crypto", "0.04"), _portfolios())
    assert {(e.venue, e.old, e.new, e.risk) for e in found.effects} >= {
        ("upbit", "0.01", "0.04", 1)
    }
    upbit = next(one for one in found.outlooks if one.venue == "upbit")
    assert [one.shift.after for one in upbit.positions] == [48_000_000.0]
    assert upbit.results[1] == pytest.approx(-3_000.0)
    assert found.grave


def test_smaller_positions_are_asked_once() -> None:
    here = paper()
    found = forecast(here, drafts.edited({}, here, SIZE, "crypto", "0.1"), _portfolios())
    assert {effect.risk for effect in found.effects if effect.setting is SIZE} == {-1}
    assert not found.grave


def test_what_the_bot_would_refuse_is_said_before() -> None:
    here = paper()
    found = forecast(here, drafts.edited({}, here, STOP, "crypto", "0.06"), _portfolios())
    assert "the stop loss 0.06 must be below the emergency stop 0.05" in found.problems[0]


def test_a_mode_that_scales_shows_what_it_scales() -> None:
    here = paper()
    draft = drafts.edited({}, here, TRADING["TRADING_MODE"], "crypto", "aggressive")
    names = {effect.setting.name for effect in forecast(here, draft, {}).effects}
    assert {"TRADING_MODE", "RISK_PER_TRADE", "MAX_POSITIONS", "MAX_DAILY_LOSS_PCT"} <= names
    assert "MAX_POSITION_SIZE" not in names, "it stands in the file by itself"


@pytest.mark.parametrize(
    ("name", "old", "new", "sense"),
    [
        ("MAX_POSITION_SIZE", 0.2, 0.3, 1), ("MAX_POSITION_SIZE", 0.9, 0.0, 1),
        ("MAX_DAILY_LOSS_PCT", 0.0, 0.03, -1), ("LIQUIDATION_MIN_DISTANCE", 0.2, 0.0, 1),
        ("PHASE", 2, 1, 1), ("TRADING_MODE", "aggressive", "balanced", -1),
        ("ALLOW_SHORTS", False, True, 1), ("STOP_LOSS_PERCENT", 0.0, 0.02, 0),
        ("K_VALUE", 0.5, 0.3, 0), ("LEVERAGE", 2.0, 3.0, 1), ("LEVERAGE", None, 3.0, 0),
    ],
)  # fmt: skip
def test_senses_of_risk(name: str, old: object, new: object, sense: int) -> None:
    assert risk(TRADING[name], old, new) == sense
