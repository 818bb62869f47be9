"""`compare`: settings first, figures with a verdict, trades matched, damaged files named."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.backtest.drawing import T0, plan, result, series, trade
from tests.backtest.reporting.pages import Balance, futures, words
from trader.backtest.cli import main
from trader.backtest.comparison.comparison import Comparison, as_plain, compared
from trader.backtest.comparison.differences import BETTER
from trader.backtest.comparison.page import MOST_TRADES, comparison_html
from trader.backtest.comparison.runs import found, read
from trader.backtest.plan import BacktestResult
from trader.backtest.reporting.report import Look
from trader.backtest.results import write
from trader.domain.errors import BadInput
from trader.domain.position import Direction, ExitReason
from trader.domain.time import HOUR

CLOSES = [100.0, 110.0, 99.0, 120.0]


def keep(folder: Path, made: BacktestResult, **parameters: Any) -> Path:
    """The four files of a run on the same candles."""
    write(plan(series(CLOSES), **parameters), made, folder, Look())
    return folder


def trades(*profits: float, **changed: Any) -> list[Any]:
    return [
        trade(pnl, n + 2, entry_time=T0 + n * HOUR, id=f"{n}", **changed)
        for n, pnl in enumerate(profits)
    ]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A and B: one trade alike, one smaller, one that ends otherwise, and one more each."""
    first = trades(1, 2, 3, 4)
    other = trades(1, 2, 3)
    other[1] = replace(other[1], quantity=other[1].quantity / 2)
    other[2] = replace(other[2], exit_reason=ExitReason.STOP_LOSS)
    extra = trade(9, 3, entry_time=T0 + 3 * HOUR, direction=Direction.SHORT)
    a = keep(tmp_path / "a", result([1_000.0, 1_010.0], first), k_value=0.4)
    b = keep(tmp_path / "b", result([1_000.0, 990.0], [*other, extra]), k_value=0.6)
    return a, b


def comparison(*folders: Path) -> Comparison:
    return compared([read(folder) for folder in folders])


def test_only_what_was_asked_differently_is_named(two: tuple[Path, Path]) -> None:
    made = comparison(*two)
    assert [(row.name, row.values) for row in made.asked] == [("K_VALUE", (0.4, 0.6))]
    assert made.candles == ()


def test_trades_are_matched_by_what_they_were_when_entered(two: tuple[Path, Path]) -> None:
    match = comparison(*two).trades[0]
    assert (match.same, match.resized) == (1, 1)
    assert [one["exit_reason"] for one in match.different[0]] == ["take_profit", "stop_loss"]
    assert len(match.different) == 1
    assert [t["pnl"] for t in match.only_first] == [4.0]
    assert [t["side"] for t in match.only_other] == ["short"]


def test_a_run_is_the_same_as_itself(two: tuple[Path, Path]) -> None:
    made = comparison(two[0], two[0])
    assert (made.asked, made.candles) == ((), ())
    assert made.trades[0].same == 4
    assert not any(one.verdicts[1] for one in made.figures)


def test_two_entries_of_one_candle_are_told_apart(tmp_path: Path) -> None:
    twice = [trade(1, 1, id="x"), trade(2, 1, id="y")]
    folder = keep(tmp_path / "a", result([1.0], twice))
    other = keep(tmp_path / "b", result([1.0], twice[:1]))
    match = comparison(folder, other).trades[0]
    assert (match.same + match.resized, len(match.only_first)) == (1, 1)


def test_each_figure_knows_which_way_is_better(tmp_path: Path) -> None:
    calm = keep(tmp_path / "a", result([1_000.0, 990.0], trades(50, -10)))
    wild = keep(tmp_path / "b", result([1_000.0, 500.0], trades(90, -70)))
    verdicts = {one.name: one.verdicts[1] for one in comparison(calm, wild).figures}
    assert verdicts["max_drawdown"] == -1  # larger, hence worse
    assert verdicts["best_trade"] == 1
    assert verdicts["worst_trade"] == -1
    assert verdicts["total_return"] == -1
    assert verdicts["trades"] == verdicts["buy_and_hold_return"] == verdicts["exposure"] == 0
    assert set(BETTER) <= set(verdicts)


def test_amounts_of_other_currencies_are_not_judged(tmp_path: Path) -> None:
    won = keep(tmp_path / "a", result([1.0], trades(50, -10)))
    write(*futures(), tmp_path / "b", Look())
    made = comparison(won, tmp_path / "b")
    verdicts = {one.name: one.verdicts[1] for one in made.figures}
    assert verdicts["final_equity"] == verdicts["fees"] == 0
    assert verdicts["win_rate"] != 0
    text = comparison_html(made, Look())
    assert "The runs count in different currencies" in text
    assert "The candles differ" in text
    assert [row.name for row in made.candles] == ["BTC/KRW file", "BTC/USDT file"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_is_whole_and_the_same_every_time(two: tuple[Path, Path], language: str) -> None:
    text = comparison_html(comparison(*two), Look(language, "cb"))
    assert text == comparison_html(comparison(*two), Look(language, "cb"))
    assert "default-src 'none'" in text
    assert "{" not in words(text)
    assert text.count("<polyline") == 2
    assert "K_VALUE 0.4 0.6" in words(text)
    balance = Balance()
    balance.feed(text)
    assert balance.open == []


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    many = keep(tmp_path / "a", result([1.0], trades(*range(MOST_TRADES + 5))))
    none = keep(tmp_path / "b", result([1.0]))
    text = words(comparison_html(comparison(many, none), Look()))
    assert f"the first {MOST_TRADES} of {MOST_TRADES + 5}" in text.lower()


def test_names_from_files_stay_text(two: tuple[Path, Path]) -> None:
    path = two[1] / "result.json"
    content = json.loads(path.read_text("utf-8"))
    content["parameters"]["<i>"] = "<script>"
    content["metrics"]["<u>"] = 3
    path.write_text(json.dumps(content), encoding="utf-8")
    rows = (two[1] / "trades.csv").read_text("utf-8").replace("breakout", "<b>")
    (two[1] / "trades.csv").write_text(rows, encoding="utf-8")
    text = comparison_html(comparison(*two), Look())
    assert "&lt;script&gt;" in text
    assert "&lt;b&gt;" in text
    assert not any(tag in text for tag in ("<script", "<i>", "<u>", "<b>"))


# ------------------------------------------------------------- the command


def test_the_command_shows_and_writes(
    two: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = [str(folder) for folder in two]
    out, html = tmp_path / "out" / "deep", tmp_path / "page.html"
    assert (
        main(["compare", *named, "--language", "en", "--out", str(out), "--html", str(html)]) == 0
    )
    shown = capsys.readouterr().out
    assert shown.index("K_VALUE") < shown.index("total return") < shown.index("Trades: 1 the same")
    assert sorted(path.name for path in out.iterdir()) == ["comparison.html", "comparison.json"]
    assert (out / "comparison.html").read_bytes() == html.read_bytes()
    assert main(["compare", *named, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((out / "comparison.json").read_text("utf-8"))
    assert printed == json.loads(json.dumps(as_plain(comparison(*two))))
    assert printed["metrics"]["total_return"]["better"] == [0, 1]


def test_nothing_is_written_unless_asked(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *map(str, two), "--language", "ko"]) == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_runs_are_found_by_path_by_name_and_as_the_last(two: tuple[Path, Path]) -> None:
    shelf = two[0].parent
    (shelf / "z_sweep").mkdir()  # no run
    assert found(str(two[0]), Path("nowhere")) == two[0]
    assert found("a", shelf) == two[0]
    assert found("last", shelf) == two[1]
    with pytest.raises(BadInput, match="there is no run in nowhere yet"):
        found("last", Path("nowhere"))


@pytest.mark.parametrize("count", [1, 6])
def test_two_to_five_runs_are_compared(
    two: tuple[Path, Path], count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *[str(two[0])] * count]) == 2
    assert capsys.readouterr().err == f"error: compare takes 2 to 5 runs, not {count}\n"


DAMAGES: dict[str, tuple[str, str | bytes | None, str]] = {
    "cut JSON": ("result.json", '{"metrics": {', "it is no JSON"),
    "a list": ("result.json", "[]", "this is no result of a backtest"),
    "no metrics": ("result.json", '{"parameters": {}}', "'metrics' is missing or damaged"),
    "a word as a metric": (
        "result.json",
        '{"metrics": {"sharpe": "x"}, "parameters": {}, "data": [], "quote": "KRW"}',
        "metric 'sharpe' is no number",
    ),
    "a number as data": (
        "result.json",
        '{"metrics": {}, "parameters": {}, "data": [3], "quote": "KRW"}',
        "'data' is missing or damaged",
    ),
    "bytes": ("trades.csv", b"\xff\xfe\x00", "it is no text"),
    "other columns": ("trades.csv", "venue,symbol\n", "column 'strategy' is missing"),
    "a short row": ("trades.csv", None, "'exit_time' is no number"),
    "words in equity": ("equity.csv", "timestamp,equity\n1,x\n", "a row of this file is damaged"),
    "half a row": ("equity.csv", "timestamp,equity\n1\n", "a row of this file is damaged"),
    "back in time": ("equity.csv", "timestamp,equity\n2,1\n1,1\n", "a row of this file is damaged"),
    "an empty file": ("equity.csv", "", "column 'timestamp' is missing"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_one_sentence(
    two: tuple[Path, Path], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file, content, sentence = DAMAGES[name]
    path = two[1] / file
    if content is None:
        content = path.read_text("utf-8") + "upbit,BTC/KRW,breakout,long,1,2,3\n"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["compare", *map(str, two)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert file in shown.err
    assert sentence in shown.err


@pytest.mark.parametrize("file", ["trades.csv", "equity.csv"])
def test_a_missing_file_is_one_sentence(
    two: tuple[Path, Path], file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (two[0] / file).unlink()
    assert main(["compare", *map(str, two)]) == 2
    assert "this file of the run is missing" in capsys.readouterr().err


def test_no_run_and_wrong_words_are_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "nowhere", "last"]) == 2
    assert "nowhere: no run; name a folder with result.json" in capsys.readouterr().err
    assert main(["compare", "--what"]) == 2
    assert "see run_backtest.py compare --help" in capsys.readouterr().err


def test_a_run_without_candles_or_trades_can_be_compared(tmp_path: Path) -> None:
    empty = keep(tmp_path / "a", result([]))
    shutil.copytree(empty, tmp_path / "b")
    made = comparison(empty, tmp_path / "b")
    assert "<polyline" not in comparison_html(made, Look())
    assert made.trades[0].same == 0


def test_help_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "compare              results side by side" in capsys.readouterr().out


def test_trades_of_another_run_than_the_result_are_refused(two: tuple[Path, Path]) -> None:
    path = two[1] / "trades.csv"
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    with pytest.raises(BadInput, match=r"result.json tells of \d+ trades, trades.csv of \d+"):
        comparison(*two)


def test_the_folder_of_the_page_is_made(two: tuple[Path, Path], tmp_path: Path) -> None:
    page = tmp_path / "new" / "page.html"
    assert main(["compare", *map(str, two), "--html", str(page)]) == 0
    assert page.is_file()
