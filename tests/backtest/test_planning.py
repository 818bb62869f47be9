"""From words to a plan: flags, presets, timeframe, capital, generated and finer candles."""

from pathlib import Path

import pytest

from tests.backtest.drawing import T0, flat, parquet
from trader.backtest.arguments import parsed
from trader.backtest.cli import main
from trader.backtest.planning import planned
from trader.domain.errors import BadInput
from trader.domain.parameters import StrategyShare
from trader.domain.time import MINUTE


def test_flags_beat_set_which_beats_the_preset(candles: Path) -> None:
    words = ["--data", str(candles), "--preset", "mid_term"]
    made = planned(parsed([*words, "--set", "fee=0.01", "--fee", "0.002", "--symbols", "BTC"])).plan
    assert made.parameters.fee == 0.002
    assert made.parameters.trailing_stop_percent == 0.02
    assert made.parameters.strategies == (StrategyShare("bb_breakout"),)
    made = planned(parsed([*words, "--set", "trailing_stop_percent=0.03"])).plan
    assert made.parameters.trailing_stop_percent == 0.03
    assert made.name == "bb_breakout_BTC-KRW_1h"


def test_the_timeframe_is_the_files_unless_told(candles: Path) -> None:
    data = ["--data", str(candles)]
    assert planned(parsed(data)).plan.parameters.timeframe.name == "1h"
    longer = planned(parsed([*data, "--set", "timeframe=4h"])).plan
    assert longer.parameters.timeframe.name == "4h"
    assert len(longer.series[0].candles) == 75
    with pytest.raises(BadInput, match="its 1h candles cannot be made into 15m candles"):
        planned(parsed([*data, "--preset", "day"]))


def test_an_env_file_is_read_only_when_named(
    candles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "LANGUAGE=ko\nUPBIT_K_VALUE=0.7\nCRYPTO_SYMBOLS=ETH/KRW,BTC/KRW\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    data = ["--data", str(candles)]
    assert planned(parsed(data)).plan.parameters.k_value == 0.5
    made = planned(parsed([*data, "--env-file", ".env"]))
    assert made.plan.parameters.k_value == 0.7
    assert made.language == "ko"
    assert made.plan.parameters.symbols == ("BTC/KRW",)
    made = planned(parsed([*data, "--env-file", ".env", "--set", "k_value=0.4"]))
    assert made.plan.parameters.k_value == 0.4


def test_capital_follows_the_currency(tmp_path: Path) -> None:
    dollars = parquet(tmp_path / "binance__BTC-USDT__1h.parquet", flat(list(range(9))))
    won = parquet(tmp_path / "binance__BTC-KRW__1h.parquet", flat(list(range(9))))
    assert planned(parsed(["--data", str(dollars)])).plan.capital == 10_000.0
    assert planned(parsed(["--data", str(won)])).plan.capital == 1_000_000.0
    assert planned(parsed(["--data", str(won), "--capital", "777"])).plan.capital == 777.0


def test_without_data_there_are_generated_candles_the_same_for_a_seed() -> None:
    words = ["--venue", "binance_futures", "--end", "2026-01-20", "--start", "2026-01-10"]
    one, two, three = (planned(parsed([*words, "--seed", seed])).plan for seed in ("5", "5", "6"))
    closes = [made.series[0].candles.close.tolist() for made in (one, two, three)]
    assert closes[0] == closes[1] != closes[2]
    assert one.seed == 5
    assert [series.traded_rows for series in one.series] == [240, 240, 240]
    assert one.series[0].start_index == 1_000
    named = planned(parsed(["--symbols", "ETH/KRW", "--timeframe", "4h"])).plan
    assert [series.key for series in named.series] == ["upbit:ETH/KRW"]
    assert len(named.series[0].candles) == 180 * 6


def _minutes(folder: Path, symbol: str, hours: int) -> Path:
    rows = [(T0 + n * MINUTE, 100.0, 101.0, 99.0, 100.0, 5.0) for n in range(60 * hours)]
    return parquet(folder / f"upbit__{symbol}-KRW__1m.parquet", rows)


def test_finer_candles_of_another_symbol_are_refused(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--detail"]
    assert main([*words, str(_minutes(tmp_path, "ETH", 300))]) == 2
    assert "finer candles of BTC/KRW are not among the files" in capsys.readouterr().err
    assert main([*words, str(_minutes(tmp_path, "BTC", 300))]) == 0


def test_it_is_said_when_no_finer_candles_cover_the_span(
    candles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _minutes(tmp_path, "BTC", 10)
    words = ["--data", str(candles), "--out", str(tmp_path / "out"), "--detail", "auto"]
    said = "no finer candles beside BTC/KRW cover the traded span: walked without --detail"
    assert main(words) == 0
    assert said in capsys.readouterr().err
    assert main([*words, "--grid", "k_value=0.4,0.5"]) == 0
    assert said in capsys.readouterr().err
    _minutes(tmp_path, "BTC", 300)
    assert main(words) == 0
    assert "finer" not in capsys.readouterr().err
