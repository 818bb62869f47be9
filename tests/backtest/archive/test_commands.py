"""`download`, `list` and `verify` as their user sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.backtest.archive.shop import FIRST, downloaded
from tests.feeds.history.exchange import Exchange
from trader.backtest.archive.arguments import order_of
from trader.backtest.cli import main
from trader.domain.time import DAY, HOUR
from trader.feeds.history import line
from trader.storage.candles import CandleStore

SPAN = ("--start", "2024-05-01", "--end", "2024-06-01")
Run = Callable[..., int]


@pytest.fixture
def run(exchange: Exchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; `download` goes to the loopback exchanges."""
    for name in ("UPBIT", "BINANCE_SPOT", "BINANCE_FUTURES"):
        monkeypatch.setenv(f"{name}_API_URL", exchange.address)
    monkeypatch.chdir(tmp_path)
    return lambda *words: main(list(words))


def test_two_symbols_two_lengths_and_what_to_do_next(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("download", "--symbols", "BTC,eth-krw", "--timeframe", "60m,1d", *SPAN) == 0
    out, err = capsys.readouterr()
    assert "upbit -> data/candles" in out
    assert [line.split() for line in out.splitlines() if line.startswith(" BTC/KRW")] == [
        ["BTC/KRW", "1h", "2024-05-01", "2024-05-31", "744", "744", "0", "0", "0"],
        ["BTC/KRW", "1d", "2024-05-01", "2024-05-31", "31", "31", "0", "0", "0"],
    ]
    following = out.splitlines()[-1].removeprefix("next: python run_backtest.py ")
    assert following.startswith("--data data/candles --venue upbit --timeframe 1h --symbols BTC")
    assert "ETH/KRW 1h 100 %" in err
    assert run(*following.split(), "--json") == 0
    read = json.loads(capsys.readouterr().out)["data"]
    assert [(one["rows"], one["gaps"]) for one in read] == [(744, 0), (744, 0)]


def test_one_symbol_of_futures_with_all_there_is(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--venue", "binance_futures", "--funding", "--mark", "--books", "2")
    assert run("download", *words, *SPAN, "--json") == 0
    files = {file["data"]: file for file in json.loads(capsys.readouterr().out)["files"]}
    counts = {name: file["rows"] for name, file in files.items()}
    assert counts["1h"] == counts["1h_mark"] == 744
    assert counts["funding"] == 31 * 3
    assert counts["books"] in (200, 400)
    assert run("--data", files["1h"]["file"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["metrics"]["final_equity"] > 0


def test_the_written_report_names_gaps_and_spikes(
    run: Run, exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    market = exchange.market("upbit", "KRW-BTC")
    assert market is not None
    rows = market.candles(HOUR)
    for hour in (30, 40, 41):
        del rows[FIRST + hour * HOUR]
    spike = FIRST + 60 * HOUR
    rows[spike][1] *= 2
    rows[FIRST + 70 * HOUR][4] = 0.0
    try:
        assert run("download", *SPAN) == 0
    finally:
        market.made.clear()  # drawn again, as it was
    out = capsys.readouterr().out
    assert (
        "3 candles are missing in 2 gaps, the longest of 2 at 2024-05-02 16:00; the exchange" in out
    )
    assert "spikes at 2024-05-03 12:00, kept as they are" in out
    text = Path("data/candles/upbit__BTC-KRW__1h.report.json").read_text("utf-8")
    report: dict[str, Any] = json.loads(text)["cleaning"]
    assert report["gaps"] == {
        "count": 2, "missing": 3, "unasked": 0, "longest": 2, "longest_at": FIRST + 40 * HOUR,
    }  # fmt: skip
    assert report["spikes"]["at"] == [spike]
    assert "median" in report["spikes"]["rule"]
    assert report["zero_volume"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--symbols", "NOPE"], "Upbit has no market NOPE/KRW"),
        (["--symbols", ","], "--symbols names none"),
        (["--symbols", "A/B/C"], "is no symbol"),
        (["--timeframe", "7m"], "Upbit has no 7m candles; it has 1m, 3m"),
        (["--timeframe", "1s"], "candles under one minute are not kept"),
        (["--timeframe", "soon"], "is no timeframe"),
        (["--venue", "nyse"], "'nyse' is no venue"),
        (["--funding"], "add --venue binance_futures"),
        (["--start", "2024-06-02", "--end", "2024-06-01"], "--start lies at or after the end"),
        (["--start", "yesterday"], "no ISO date"),
        (["--days", "0"], "--days 0: at least 1"),
        (["--trades", "99999"], "--trades 99999: between 0 and 10080"),
        (["--books", "-1"], "--books -1"),
        (["--env-file", "nowhere"], "nowhere: no such file"),
        (["--address", "ftp://x"], "UPBIT_API_URL"),
        (["--what"], "see run_backtest.py download --help"),
    ],
)
def test_wrong_usage_is_one_sentence(
    run: Run, exchange: Exchange, capsys: pytest.CaptureFixture[str], words: list[str],
    sentence: str,
) -> None:  # fmt: skip
    assert run("download", *words) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert "Traceback" not in err
    assert exchange.history == []
    assert not Path("data").exists()


def test_an_exchange_that_is_not_there(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "_FIRST_WAIT", 0.01)
    assert run("download", "--address", "http://127.0.0.1:9") == 1
    err = capsys.readouterr().err
    assert "Upbit at http://127.0.0.1:9 cannot be reached after 6 tries: no connection" in err
    assert "run the same command again" in err


def test_addresses_come_from_flag_environment_and_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / "here.env"
    env.write_text("UPBIT_API_URL=http://127.0.0.1:1\n", "utf-8")
    monkeypatch.delenv("UPBIT_API_URL", raising=False)
    words = ["--env-file", str(env)]
    assert order_of([]).address == ""
    assert order_of(words).address == "http://127.0.0.1:1"
    monkeypatch.setenv("UPBIT_API_URL", "http://127.0.0.1:2")
    assert order_of(words).address == "http://127.0.0.1:2"
    assert order_of([*words, "--address", "http://127.0.0.1:3"]).address == "http://127.0.0.1:3"


def test_alone_it_is_a_year_of_bitcoin_in_won() -> None:
    now = FIRST + 400 * DAY
    order = order_of([], now)
    assert (order.venue, order.keys, order.timeframes) == ("upbit", ("upbit:BTC/KRW",), ("1h",))
    assert order.span == (now - 365 * DAY, now)
    assert order.folder == Path("data/candles")
    assert order_of(["--end", "2999-01-01"], now).span[1] == now


def test_what_fails_is_named_and_the_rest_is_there(
    run: Run, exchange: Exchange, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data/candles").mkdir(parents=True)
    broken = Path("data/candles/upbit__BTC-KRW__1h.parquet")
    broken.write_bytes(b"nonsense")
    assert run("download", "--symbols", "BTC,ETH", *SPAN) == 1
    err = capsys.readouterr().err
    assert "error: BTC/KRW 1h: data/candles/upbit__BTC-KRW__1h.parquet is no candle file" in err
    assert broken.read_bytes() == b"nonsense"
    assert len(CandleStore(Path("data/candles")).columns("upbit:ETH/KRW", "1h")["close"]) == 744


def test_the_list_and_the_verdict(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--venue", "binance_futures", "--funding", *SPAN)
    assert run("download", *words) == 0
    capsys.readouterr()
    assert run("list") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if "BTC" in line]
    assert lines[0][:7] == [
        "binance_futures", "BTC/USDT", "1h", "2024-05-01", "2024-05-31", "744", "0",
    ]  # fmt: skip
    assert run("list", "--json") == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert [(file["data"], file["rows"], file["gaps"]) for file in files] == [
        ("1h", 744, 0), ("funding", 93, None),
    ]  # fmt: skip
    assert run("verify") == 0
    assert "2 files, none with something wrong" in capsys.readouterr().out


def damage(path: Path, how: str) -> None:
    """Make a file wrong in one way."""
    import pandas as pd

    if how == "torn":
        path.write_bytes(path.read_bytes()[:-200])
        return
    frame: Any = pd.read_parquet(path)
    if how == "unsorted":
        frame = frame.iloc[::-1]
    elif how == "twice":
        frame = pd.concat([frame, frame[-1:]])
    elif how == "hole":
        frame = frame.drop(frame.index[5:8])
    elif how == "off":
        frame.loc[5, "timestamp"] += 14_800
    elif how == "high" and "high" in frame:
        frame.loc[5, "high"] = frame.loc[5, "low"] / 2
    else:
        frame.iloc[5, 1] = float("nan")
    frame.to_parquet(path, index=False)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("torn", "cannot be read"),
        ("unsorted", "rows in the wrong order"),
        ("twice", "1 times that are there twice"),
        ("hole", "3 candles are missing that were never asked for"),
        ("off", "1 times off the timeframe"),
        ("high", "1 highs below"),
        ("nan", "1 rows without a number"),
    ],
)
def test_verify_finds_what_is_wrong_and_its_remedy_helps(
    run: Run, capsys: pytest.CaptureFixture[str], how: str, sentence: str
) -> None:
    assert run("download", *SPAN) == 0
    path = Path("data/candles/upbit__BTC-KRW__1h.parquet")
    damage(path, how)
    capsys.readouterr()
    assert run("verify", "--json") == 1
    (verdict,) = json.loads(capsys.readouterr().out)["files"]
    assert any(sentence in text for text in verdict["wrong"])
    assert verdict["file"] == path.name
    away, _, remedy = verdict["remedy"].rpartition("python run_backtest.py ")
    if away:
        path.unlink()
    assert run(*remedy.split(), "--end", "2024-06-01", *(SPAN if away else ())) == 0
    assert run("verify") == 0


@pytest.mark.parametrize(
    ("how", "rows", "sentence"),
    [
        ("hole", 90, "settlements are missing in 1 places"),
        ("twice", 94, "1 rows that are there twice"),
        ("unsorted", 93, "rows in the wrong order"),
        ("nan", 93, "rows without a number"),
    ],
)
def test_verify_looks_at_funding_too(
    run: Run, capsys: pytest.CaptureFixture[str], how: str, rows: int, sentence: str
) -> None:
    assert run("download", "--venue", "binance_futures", "--funding", *SPAN) == 0
    damage(Path("data/candles/binanceusdm__BTC-USDT__funding.parquet"), how)
    capsys.readouterr()
    assert run("verify") == 1
    out = capsys.readouterr().out
    assert f"✖ binanceusdm__BTC-USDT__funding.parquet: {rows} rows" in out
    assert sentence in out


def test_a_folder_that_is_not_there(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == run("verify") == 2
    assert "no such folder yet; python run_backtest.py download makes it" in capsys.readouterr().err


def test_files_of_others_are_left_aside(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("here").mkdir()
    Path("here/notes.parquet").write_bytes(b"")
    assert run("verify", "--folder", "here") == 0
    assert run("list", "--folder", "here") == 0
    assert "left aside" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["download", "list", "verify"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert "--folder DIR" in capsys.readouterr().out


def test_the_limits_of_the_exchanges_are_kept(exchange: Exchange, tmp_path: Path) -> None:
    """Real processes with the real limiter; the exchange counts."""
    words = ("--symbols", "BTC,ETH", "--timeframe", "15m", *SPAN)
    assert downloaded(exchange, tmp_path, *words)[0] == 0
    assert len([a for a in exchange.history if a.venue == "upbit"]) >= 30
    assert 5 <= exchange.busiest("upbit", 1.0) <= 10
    words = ("--venue", "binance_futures", "--timeframe", "1m", "--start", "2024-05-20",
             "--end", "2024-06-01")  # fmt: skip
    assert downloaded(exchange, tmp_path, *words)[0] == 0
    assert 400 < exchange.weight_a_minute() < 2_400
