"""Lookup, checks, comparison of settings."""

import pickle
from dataclasses import replace

import pytest

from config.cross_rules import problems_of_venue
from config.env_file import ABSENT, parse
from config.errors import SettingsError
from config.reading import Context
from config.secret import Secret
from config.settings import diff, load, restart_needed, without_restart
from tests.config.builders import BACKTEST, DAEMON, STRATEGIES, loaded, refusal

LOOKUP = [  # .env, then K on Upbit and on Binance spot
    ("", 0.5, 0.5),
    ("CRYPTO_K_VALUE=0.4", 0.4, 0.4),
    ("K_VALUE=0.4", 0.4, 0.4),
    ("UPBIT_K_VALUE=0.3", 0.3, 0.5),
    ("UPBIT_K_VALUE=0.3\nCRYPTO_K_VALUE=0.4", 0.3, 0.4),
    ("BINANCE_SPOT_K_VALUE=0.6\nK_VALUE=0.4", 0.4, 0.6),
]


@pytest.mark.parametrize(("text", "upbit", "binance"), LOOKUP)
def test_a_parameter_is_looked_up_by_venue_then_crypto_then_default(
    text: str, upbit: float, binance: float
) -> None:
    parameters = loaded(text + "\n# end").parameters
    assert parameters["upbit"]["k_value"] == upbit
    assert parameters["binance_spot"]["k_value"] == binance


def test_a_preset_lies_between_what_is_written_and_the_default() -> None:
    settings = loaded("UPBIT_STRATEGY_PRESET=scalping\nUPBIT_MAX_HOLDING=60")
    upbit, origins = settings.parameters["upbit"], settings.origins["upbit"]
    assert (upbit["timeframe"], upbit["take_profit_percent"]) == ("1m", 0.02)
    assert (upbit["max_holding"], origins["max_holding"]) == (60.0, ".env:2")
    assert (origins["timeframe"], origins["adx_min"]) == ("preset scalping", "default")
    assert settings.parameters["binance_spot"]["preset"] == "day"


def test_a_flag_beats_the_file_in_either_case() -> None:
    settings = loaded("MODE=paper\nUPBIT_K_VALUE=0.4", flags={"mode": "demo", "k_value": "0.7"})
    assert settings.mode == "demo"
    assert settings.parameters["upbit"]["k_value"] == 0.7
    assert settings.origins["upbit"]["k_value"] == "command line"


def test_a_daemon_guards_its_orders_and_a_backtest_takes_the_plain_defaults() -> None:
    daemon, backtest = loaded(), loaded(context=BACKTEST)
    names = ("preset", "min_order_headroom", "max_price_age_entry", "market_shock_pct")
    assert [daemon.parameters["upbit"][n] for n in names] == ["day", 1.3, 5.0, 0.10]
    assert [backtest.parameters["upbit"][n] for n in names] == ["", 1.0, 0.0, 0.0]
    futures = daemon.parameters["binance_futures"], backtest.parameters["binance_futures"]
    assert [f["leverage"] for f in futures] == [None, 1.0]
    assert daemon.parameters["upbit"]["initial_capital"] == 1_000_000


def test_live_caps_orders_until_the_user_lifts_the_cap() -> None:
    live = "MODE=live\nLIVE_TRADING=yes-i-understand\n"
    assert loaded(live).parameters["binance_spot"]["max_order_value"] == 1_000
    assert loaded(live + "MAX_ORDER_VALUE=0").parameters["upbit"]["max_order_value"] == 0
    running = Context(STRATEGIES, running_mode="live")
    assert loaded("MODE=demo", running).parameters["upbit"]["max_order_value"] == 1_000_000


SHARES = [("", 0.25), ("MAX_POSITION_SIZE=0.4", 0.5), ("MAX_POSITION_SIZE=0", 1.25),
          ("MAX_ORDER_EQUITY_SHARE=0.1", 0.1), ("TRADING_MODE=aggressive", 0.375)]  # fmt: skip


@pytest.mark.parametrize(("text", "share"), SHARES)
def test_the_fat_finger_cap_leaves_room_for_the_sizes_that_are_allowed(
    text: str, share: float
) -> None:
    assert loaded(text + "\n#").parameters["upbit"]["max_order_equity_share"] == share


MODES = [  # mode, and what is set by itself; then risk, positions, daily loss
    ("conservative", "", (0.005, 3, 0.015)),
    ("balanced", "", (0.01, 5, 0.03)),
    ("aggressive", "", (0.02, 8, 0.045)),
    ("aggressive", "MAX_POSITIONS=2", (0.02, 2, 0.045)),
    ("conservative", "UPBIT_RISK_PER_TRADE=0.03", (0.03, 3, 0.015)),
]


@pytest.mark.parametrize(("mode", "text", "risk"), MODES)
def test_a_trading_mode_scales_what_is_not_set_by_itself(
    mode: str, text: str, risk: tuple[float, int, float]
) -> None:
    upbit = loaded(f"TRADING_MODE={mode}\n{text}").parameters["upbit"]
    names = ("risk_per_trade", "max_positions", "max_daily_loss_pct")
    assert tuple(upbit[name] for name in names) == risk


def test_thresholds_of_the_strategies_at_work_are_given_or_default() -> None:
    text = "STRATEGIES=rsi_reversion\nUPBIT_RSI_REVERSION_BUY_BELOW=25"
    parameters = loaded(text).parameters
    assert parameters["upbit"]["thresholds"] == {
        "rsi_reversion": {"buy_below": 25.0, "sell_above": 70.0}
    }
    assert parameters["binance_spot"]["thresholds"]["rsi_reversion"]["buy_below"] == 30.0


@pytest.mark.parametrize("text", ["formula", "FORMULA", "0"])
def test_leverage_is_fixed_or_the_formula(text: str) -> None:
    assert loaded("LEVERAGE=2").parameters["binance_futures"]["leverage"] == 2.0
    assert loaded(f"LEVERAGE={text}").parameters["binance_futures"]["leverage"] is None


def test_symbols_are_given_by_coin_or_pair_and_go_to_the_venue_of_their_quote() -> None:
    parameters = loaded("SYMBOLS=BTC,KRW-ETH,xrp-krw,SOL/USDT").parameters
    assert parameters["upbit"]["symbols"] == ("BTC/KRW", "ETH/KRW", "XRP/KRW")
    assert parameters["binance_spot"]["symbols"] == ("BTC/USDT", "SOL/USDT")
    assert loaded("SYMBOLS=BTC-USDC", BACKTEST).parameters["upbit"]["symbols"] == ("BTC/USDC",)


REFUSED = [  # .env, what the refusal holds
    ("\nCRYPTO_K_VALUE=0,5", ".env:2 CRYPTO_K_VALUE=0,5: is no number: write 0.5 with a point"),
    ("K_VALUE=9", ".env:1 K_VALUE=9: is out of range, allowed: 0.1 to 1.5"),
    ("K_VALUE=nan", "is no number"),
    ("K_VALUE=0x1", "is no number"),
    ("K_VALUE=1e999", "is too large"),
    ("K_VALUE=０.５", "full-width"),
    ("K_VALUE=", "has no value"),
    ("TAKE_PROFIT_PERCENT=5", "must be a fraction: 0.05 is 5 %; 5 % is 0.05"),
    ("TAKE_PROFIT_PERCENT=1", "must be a fraction"),
    ("TAKE_PROFIT_PERCENT=5%", "write 0.05 for 5 %"),
    ("RISK_PER_TRADE=2", "must be a fraction: 0.05 is 5 %; 2 % is 0.02"),
    ("MAX_DAILY_LOSS_PCT=300", "must be a fraction: 0.05 is 5 %"),
    ("MAX_POSITION_SIZE=20", "20 % is 0.2"),
    ("INITIAL_CAPITAL=1,000,000", "write 1000000 without commas"),
    ("MAX_POSITIONS=2.5", "is no whole number"),
    ("MAX_POSITIONS=five", "is no number"),
    ("MAX_HOLDING=4h", "is given in seconds: write 14400"),
    ("EMA_FILTER=maybe", "is neither yes nor no, allowed: yes or no"),
    ("TIMEFRAME=15", "is no timeframe, allowed: for example 1m"),
    ("TIMEFRAME=0m", "is no timeframe"),
    ("TIMEFRAME=1w", "breakout trades candles of at most one day"),
    ("LANGUAGE=english", "is unknown, allowed: auto, en, ko"),
    ("VENUES=upbit,binance_spott", "did you mean binance_spot?"),
    ("VENUES=upbit,upbit", "names upbit twice"),
    ("VENUES=upbit,", "has an empty part"),
    ("MAJORS=BTC,E-T", "holds something that is no coin"),
    ("SYMBOLS=BTC/KRW/X", "holds something that is no symbol"),
    ("UPBIT_SYMBOLS=BTC/USDT", "upbit trades against KRW: write UPBIT_SYMBOLS=BTC/KRW"),
    ("SYMBOLS=BTC/KRW", "binance_spot trades against USDT"),
    ("TIMEZONE=Mars/Base", "is no time zone"),
    ("TIMEZONE=/etc/passwd", "is no time zone"),
    ("OPTIMIZER_DAILY_AT=24:00", "is no time of day"),
    ("OPTIMIZER_DAILY_AT=morning", "is no time of day"),
    ("STRATEGY_PRESET=scalpin", "did you mean scalping?"),
    ("STRATEGIES=breakot", "did you mean breakout?"),
    ("STRATEGIES=breakout:0.6,pullback:0.6", "has shares that sum to 1.2: at most 1"),
    ("STRATEGIES=breakout:0.6,pullback", "gives shares to some strategies only"),
    ("STRATEGIES=breakout:0.6,breakout:0.2", "names a strategy twice"),
    ("STRATEGIES=breakout:2", "has the share 2 for breakout"),
    ("UPBIT_API_URL=127.0.0.1:80", "is no address"),
    ("UPBIT_API_URL=http://127.0.0.1:99999999", "is no address"),
    ("UPBIT_API_URL=http://127.0.0.1/v1", "has more than scheme, host and port"),
    ("DATABASE_URL=mysql://x", "DATABASE_URL: is no database address"),
    ("UPBIT_SECRET_KEY=a b", "UPBIT_SECRET_KEY: holds a space"),
    ("RSI_REVERSION_BUY_BELOW=low", "is no number, allowed: a number"),
    ("STOP_LOSS_PERCENT=0.05", "the stop loss 0.05 must be below the emergency stop 0.05"),
    ("EMERGENCY_STOP_PERCENT=0.01\nUPBIT_STRATEGY_PRESET=scalping", "must be below the emergency"),
    ("K_VALUE=0.5\nCRYPTO_K_VALUE=0.5", ".env:2 CRYPTO_K_VALUE=0.5: says the same as K_VALUE"),
    ("UPBIT_K_VALU=1", ".env:1 UPBIT_K_VALU: unknown setting (did you mean UPBIT_K_VALUE?)"),
    ("crypto_k_value=1", "did you mean CRYPTO_K_VALUE?"),
    ("XYZZY=1", ".env.example lists them all"),
    ("MODE=live", "starts only with LIVE_TRADING=yes-i-understand"),
    ("MODE=live\nLIVE_TRADING=yes-i-understand\nUPBIT_EMERGENCY_STOP_PERCENT=0",
     ".env:3 UPBIT_EMERGENCY_STOP_PERCENT=0: mode live needs an emergency stop"),
    ("MODE=live\nLIVE_TRADING=yes-i-understand\nUPBIT_WS_URL=ws://10.0.0.1:80",
     "unencrypted address on this computer only"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_wrong_setting_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


ACCEPTED = [
    "PANEL_PASSWORD='correct horse battery'",
    "MAX_POSITION_SIZE=1", "MAX_POSITION_SIZE=0", "LEVERAGE=formula", "FEE=venue", "FEE=0",
    "EMA_FILTER=OFF", "STOP_LOSS_PERCENT=0.06\nEMERGENCY_STOP_PERCENT=0", "SYMBOLS=", "K_VALUE=.5",
    "STRATEGY_PRESET=none", "STRATEGIES=breakout:0.6,pullback:0.4", "DATABASE_URL=",
    "UPBIT_API_URL=http://127.0.0.1:9001/", "TIMEFRAME=1w\nSTRATEGIES=ma_cross",
    "MODE=live\nLIVE_TRADING=yes-i-understand\nUPBIT_API_URL=http://127.0.0.1:9001",
]  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_page_3_allows_is_accepted(text: str) -> None:
    assert refusal(text) == ""


def test_a_loss_in_usdt_cannot_be_judged_in_krw() -> None:
    upbit = {"VENUES": "upbit", "MAX_DAILY_LOSS": "100"}
    assert "use MAX_DAILY_LOSS_PCT" in refusal(context=BACKTEST, flags=upbit)
    assert refusal(context=BACKTEST, flags=upbit | {"VENUES": "binance_spot"}) == ""
    assert "no rate to KRW is known" in refusal("UPBIT_MAX_DAILY_LOSS=100")
    assert refusal("BINANCE_SPOT_MAX_DAILY_LOSS=100") == ""


def test_every_problem_of_file_and_flags_is_named_once_and_in_order() -> None:
    text = "K_VALUE=x\nA='\nUPBIT_SECRET_KEY=a b\nSTOP_LOSS_PERCENT=0.2\n"
    lines = refusal(text, flags={"mode": "real"}).splitlines()
    assert [line.split()[0] for line in lines] == [
        "command",
        ".env:1",
        ".env:2",
        ".env:3",
        ".env:4",
    ]


HIDING = [
    "UPBIT_SECRET_KEY=hunter2 hunter2",
    "LANGUAGE=enUPBIT_SECRET_KEY=hunter2",
    "LANGUAGE=en my secret hunter2",
    "DATABASE_URL=mysql://me:hunter2@host/x",
    "UNKNOWN=hunter2",
    "hunter2=1",
    "UPBIT_API_URL=http://me:hunter2@host",
]


@pytest.mark.parametrize("text", HIDING)
def test_no_error_shows_what_could_be_a_secret(text: str) -> None:
    assert refusal(text)
    assert "hunter2" not in refusal(text)


def test_a_long_or_unprintable_value_is_shown_shortened() -> None:
    assert len(refusal("LANGUAGE=" + "x" * 900)) < 200


def test_a_secret_shows_neither_in_print_nor_in_copies() -> None:
    settings = loaded("PANEL_PASSWORD=hunter2\nUPBIT_ACCESS_KEY=abcdef")
    secret = settings.secrets["PANEL_PASSWORD"]
    assert "hunter2" not in repr(settings) + f"{secret} {secret!r}"
    assert secret.reveal() == "hunter2"
    assert {secret} == {Secret("hunter2")}
    assert (repr(Secret()), bool(Secret())) == ("(not set)", False)
    with pytest.raises(TypeError, match="not copied"):
        pickle.dumps(secret)


def test_changed_keys_are_counted_and_the_version_follows_the_values() -> None:
    some = loaded("K_VALUE=0.5\nMODE=paper\nPANEL_PASSWORD=x\nRSI_REVERSION_BUY_BELOW=20")
    assert some.changed == 3
    assert loaded("K_VALUE=0.5\n").version == loaded("# only\nK_VALUE=.50").version
    assert loaded("K_VALUE=0.5\n").version != loaded("K_VALUE=0.6").version


def test_a_difference_names_key_old_and_new_and_says_what_waits() -> None:
    old = loaded("CRYPTO_K_VALUE=0.45\nUPBIT_ACCESS_KEY=abc\nRSI_REVERSION_BUY_BELOW=25")
    new = loaded("MODE=paper\nTAKE_PROFIT_PERCENT=0.040\nUPBIT_ACCESS_KEY=abd")
    changes = diff(old, new)
    assert [(c.key, c.old, c.new) for c in changes] == [
        ("CRYPTO_K_VALUE", "0.45", "0.5 (preset day)"),
        ("MODE", "demo (default)", "paper"),
        ("RSI_REVERSION_BUY_BELOW", "25", " (default)"),
        ("TAKE_PROFIT_PERCENT", "0.03 (preset day)", "0.04"),
        ("UPBIT_ACCESS_KEY", "***", "***"),
    ]
    assert restart_needed(changes) == ("MODE", "UPBIT_ACCESS_KEY")


def test_what_needs_a_restart_keeps_running_as_before() -> None:
    running, new = loaded("UPBIT_ACCESS_KEY=abc"), loaded("VENUES=upbit\nOPTIMIZER_ADOPT=off")
    both = without_restart(running, new)
    assert both.venues == running.venues
    assert both.system.optimizer_adopt == "off"
    assert both.secrets["UPBIT_ACCESS_KEY"].reveal() == "abc"
    assert set(both.parameters) == set(running.venues)


def test_no_file_means_defaults_and_a_broken_one_is_refused() -> None:
    assert load(ABSENT, {}, DAEMON).changed == 0
    with pytest.raises(SettingsError, match="is empty"):
        load(parse(b""), {}, DAEMON)


def test_a_conflict_among_defaults_names_where_they_come_from() -> None:
    day = loaded().by_venue["upbit"]
    values = dict(day.values, stop_loss_percent=0.06)
    odd = replace(day, values=values, origins={"stop_loss_percent": "preset odd"})
    (problem,) = problems_of_venue(odd, "demo", DAEMON)
    assert str(problem).startswith("(preset odd) UPBIT_STOP_LOSS_PERCENT: the stop loss 0.06 must")
