"""The pages of research: every view, both languages, what is broken, who may start what."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.password import hashed
from dashboard.place import Place
from dashboard.research.desk import Desk, State, job_in, state_of
from dashboard.research.room import room
from tests.bridge.panel import samples as views
from tests.dashboard import samples
from tests.dashboard.conftest import texts
from tests.dashboard.daemon import FakeDaemon
from tests.dashboard.research import shelf_samples
from tests.dashboard.research.test_desk import gone, until
from trader.bridge.panel import names
from trader.bridge.panel.writer import PanelWriter


def opened(panel: AppTest, page: str = "backtests") -> AppTest:
    panel.run()
    shown = panel.switch_page(f"../pages/{page}.py").run()
    assert not shown.exception
    return shown


def test_the_list_tells_of_every_run_and_of_what_is_none(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    table = shown.dataframe[0].value
    assert list(table["Name"]) == ["breakout_2-symbols_1h", "old_one"]
    assert list(table["Return"]) == [0.05, -0.01]
    assert list(table["Trades"]) == [40, 3]
    assert "80.00 % of the profit came from BTC/KRW alone." in texts(shown)
    others = shown.dataframe[-1].value
    assert dict(zip(others["Folder"], others["Reason"], strict=True)) == {
        "photos": "no result.json: not a backtest, or made by hand",
        "torn": "result.json is damaged or of another kind",
    }


@pytest.mark.parametrize(
    "view", ["summary", "equity", "trades", "breakdown", "settings", "reasons", "report"]
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_view_of_a_run_opens(panel: AppTest, shelf: Path, view: str, language: str) -> None:
    panel.query_params["lang"] = language
    panel.session_state["runs_view"] = view
    opened(panel)


@pytest.mark.parametrize("view", ["equity", "trades", "breakdown", "report"])
def test_a_missing_file_is_said(panel: AppTest, shelf: Path, view: str) -> None:
    for name in ("trades.csv", "equity.csv", "report.html"):
        (shelf / "2023-10-28T10-00-00Z_new" / name).unlink()
    panel.session_state["runs_view"] = view
    assert "is missing or damaged" in texts(opened(panel))


def test_a_run_is_held_against_the_bot(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    assert "No, 1 settings differ" in texts(shown)
    (table,) = [f.value for f in shown.dataframe if "The bot now" in f.value]
    assert table.iloc[0].tolist() == ["STRATEGIES", "breakout:1", "breakout"]


def test_two_runs_are_compared_by_settings_first(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    names_of = [folder.name for folder in sorted(shelf.glob("2023*"))]
    shown.multiselect(key="runs_chosen").set_value(names_of).run()
    assert not shown.exception
    asked, figures = (frame.value for frame in shown.dataframe[1:3])
    assert asked["Setting"].tolist() == ["K_VALUE", "STRATEGIES", "EMA_FILTER"]
    cells = figures.set_index("Figure")["2 · breakout_2-symbols_1h"]
    assert cells["Total return"] == "+5.00 % ▲"
    assert cells["Trades"] == "40"


def test_few_trades_are_no_proof(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    shown.multiselect(key="runs_chosen").set_value(["2023-10-27T10-00-00Z_old"]).run()
    assert "Only 3 trades. Under 30" in texts(shown)


def test_a_run_that_is_gone_is_no_longer_chosen(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    for file in (folder := shelf / "2023-10-28T10-00-00Z_new").iterdir():
        file.unlink()
    folder.rmdir()
    assert not shown.run().exception
    assert shown.multiselect(key="runs_chosen").value == []


@pytest.fixture
def desk(panel: AppTest, place: Place) -> Iterator[Desk]:
    """The page's own, whose processes are gone after the test."""
    _, one = room(place.data_dir)
    yield one
    gone(one, place.data_dir)


def started(place: Place) -> Any:
    (file,) = place.data_dir.glob("backtests/*/started.json")
    return job_in(file.parent)


def test_a_backtest_is_started_here_and_opened_when_it_is_done(
    panel: AppTest, place: Place, desk: Desk
) -> None:
    shown = opened(panel)
    assert "No backtest yet" in texts(shown)
    shown.text_input(key="runs_symbols").set_value("BTC/KRW")
    shown.selectbox(key="runs_timeframe").set_value("1d")
    shown.selectbox(key="runs_engine").set_value("live")
    shown.button(key="runs_start").click().run()
    shown.button(key="runs_start").click().run()  # a double click is one start
    job = started(place)
    assert job.words[:3] == ("--symbols=BTC/KRW", "--timeframe=1d", "--engine=live")
    until(lambda: state_of(job) is not State.RUNNING)
    shown.run()
    assert not shown.exception
    assert shown.multiselect(key="runs_chosen").value == [job.folder.name]


def test_a_refused_backtest_shows_the_commands_own_sentence(
    panel: AppTest, place: Place, desk: Desk
) -> None:
    shown = opened(panel)
    shown.text_input(key="runs_capital").set_value("much")
    shown.button(key="runs_start").click().run()
    until(lambda: state_of(started(place)) is not State.RUNNING)
    shown.run()
    assert "The backtest failed" in texts(shown)
    assert "error: command line INITIAL_CAPITAL=much: is no number" in texts(shown)


def test_cancelling_ends_the_process_and_marks_its_folder(
    panel: AppTest, place: Place, desk: Desk
) -> None:
    shown = opened(panel)
    shown.segmented_control(key="runs_source").set_value("path").run()
    file = shelf_samples.long_history(place.data_dir / "long")
    shown.text_input(key="runs_path").set_value(str(file))
    shown.selectbox(key="runs_engine").set_value("live")
    shown.button(key="runs_start").click().run()
    job = started(place)
    assert [one.folder for one in desk.running()] == [job.folder]
    shown.button(key=f"cancel_{job.folder.name}").click().run()
    assert not shown.exception
    assert "The backtest was cancelled" in texts(shown)
    assert desk.running() == []
    assert state_of(started(place)) is State.CANCELLED
    assert not (job.folder / "result.json").exists()


@pytest.mark.parametrize("page", ["backtests", "optimisation"])
def test_a_viewer_looks_and_starts_nothing(
    panel: AppTest, shelf: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setenv("TRADER_PANEL_PASSWORD_HASH", hashed("steer"))
    monkeypatch.setenv("TRADER_PANEL_VIEWER_HASH", hashed("watch"))
    panel.session_state["role"] = "viewer"
    shown = opened(panel, page)
    keys = {str(button.key) for button in shown.button}
    assert not {key for key in keys if key.startswith(("runs_start", "search_", "cancel_"))}
    assert shown.dataframe if page == "backtests" else True


def test_a_search_under_way_is_shown_and_not_begun_twice(
    panel: AppTest, running: FakeDaemon
) -> None:
    at = time.time()
    search = {"kind": "k", "venue": "upbit", "since": at - 12, "progress": 0.4}
    status = samples.status(optimiser={"running": [search], "last": None})
    samples.write(running.data_dir, "bot_status.json", status)
    shown = opened(panel, "optimisation")
    assert shown.button(key="search_k_upbit").disabled
    assert not shown.button(key="search_k_binance_spot").disabled


@pytest.mark.parametrize(("kind", "command"), [("k", "search_k"), ("grid", "optimize")])
def test_a_search_is_a_command_and_its_answer_is_shown(
    panel: AppTest, running: FakeDaemon, kind: str, command: str
) -> None:
    shown = opened(panel, "optimisation")
    shown.button(key=f"search_{kind}_upbit").click().run()
    taken = running.answer("accepted", "the search begins on upbit")
    assert (taken["name"], taken["args"]) == (command, {"venue": "upbit"})
    assert "accepted, at work · the search begins on upbit" in texts(shown.run())
    last = samples.answer(taken["id"], command, "done", "upbit: K 0.45", time.time())
    samples.write(running.data_dir, "bot_status.json", samples.status(commands=[last]))
    assert "✔ done · upbit: K 0.45" in texts(shown.run())


def test_searches_are_told_with_figures_and_reasons(panel: AppTest, running: FakeDaemon) -> None:
    at = time.time()
    done = views.optimisations(at)["rows"][0]
    refused = done | {
        "adopted": False,
        "in_sample": {"best": {"total_return": 0.03, "trades": 21}},
        "out_of_sample": {"folds": 4, "challenger": {"trades": 9, "total_return": -0.01}},
        "verdict": {"promoted": False, "reasons": ["too_few_trades measured=9 wanted=30"]},
    }
    writer = views.write_all(running.data_dir, at)
    writer.put(names.OPTIMISATIONS, {"timestamp": at, "rows": [refused, done]})
    shown = opened(panel, "optimisation")
    row = shown.dataframe[0].value.iloc[0]
    assert row["Outcome"] == "– kept as it was"
    assert row["Where it was chosen"] == "+3.00 % (21)"
    assert row["Out of sample"] == "-1.00 % (9)"
    assert row["Verdict"] == "too few trades out of sample (measured=9 wanted=30)"
    assert "Next by schedule: search of K in 2 h" in texts(shown)


def test_a_bot_that_is_silent_plans_nothing(panel: AppTest, running: FakeDaemon) -> None:
    views.write_all(running.data_dir, time.time())
    samples.write(running.data_dir, "bot_status.json", samples.status(time.time() - 60))
    assert "none is planned" in texts(opened(panel, "optimisation"))


def test_before_the_first_search_it_says_what_will_come(
    panel: AppTest, running: FakeDaemon
) -> None:
    at = time.time()
    writer = PanelWriter(running.data_dir)
    writer.put(names.OPTIMISATIONS, {"timestamp": at, "rows": []})
    said = texts(opened(panel, "optimisation"))
    assert "Nothing has been searched yet" in said
    assert "none is planned" in said


def test_without_models_it_says_what_will_stand_here(panel: AppTest, running: FakeDaemon) -> None:
    said = texts(opened(panel, "models"))
    assert "No models yet" in said
    assert "decided by the rules" in said


def test_models_are_told_whatever_their_fields(panel: AppTest, running: FakeDaemon) -> None:
    for name, text in (
        ("btc/lstm", json.dumps({"kind": "lstm", "metrics": {"auc": 0.61}, "symbols": ["A"]})),
        ("torn", '{"ki'),
        ("list", "[1, 2]"),
    ):
        folder = running.data_dir / "models" / name
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text(text)
    shown = opened(panel, "models")
    tables = [frame.value.to_numpy().tolist() for frame in shown.dataframe]
    assert [["kind", "lstm"], ["metrics.auc", "0.61"], ["symbols", '["A"]']] in tables
    assert "cannot be read" in texts(shown)
