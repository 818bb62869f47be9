"""Searches by command: one a venue, answered twice, journalled, adopted through the one path."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.shell.searches import BEST, ENV, FOUND, REFUSED, Bench, FakeSearcher, at_work, until
from trader.domain.errors import JournalBroken
from trader.shell.searching import SearchFailed
from trader.storage.journal import SqlJournal
from trader.storage.optimisations import Optimisation


async def test_a_promoted_find_goes_to_the_file_and_into_force(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher())) as bench:
        assert bench.ask() == ("accepted", "the daily grid begins on upbit")
        result, message = await bench.answered()
        assert result == "done"
        assert message.startswith(
            "upbit: tried 160 combinations on 7 days of BTC/KRW; adopted in place of K 0.5, take "
            "profit 5 %, stop loss 3 %: K_VALUE=0.45"
        )
        assert "UPBIT_K_VALUE=0.45\n" in bench.env_file.read_text()
        assert "CRYPTO_K_VALUE=0.5   # careful" in bench.env_file.read_text()
        assert (bench.k_value("upbit"), bench.k_value("binance_spot")) == (0.45, 0.5)
        assert bench.applied[-1]["upbit"].stop_loss_percent == 0.02
        rows = bench.journal.history.settings()
        assert {(row.by, row.key, row.new) for row in rows} == {
            ("optimiser", "UPBIT_K_VALUE", "0.45"),
            ("optimiser", "UPBIT_TAKE_PROFIT_PERCENT", "0.04"),
            ("optimiser", "UPBIT_STOP_LOSS_PERCENT", "0.02"),
        }


async def test_a_search_is_a_row_of_the_journal(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher(REFUSED, held=True))) as bench:
        bench.ask()
        await until(lambda: bench.journal.history.optimisations())
        (row,) = bench.journal.history.optimisations()
        assert (row.state, row.kind, row.venue, row.by) == ("running", "grid", "upbit", "panel")
        await until(lambda: bench.optimiser.view.running[0].progress == 0.5)
        bench.searcher.let_go()
        await bench.answered()
        (row,) = bench.journal.history.optimisations()
        assert (row.state, row.adopted, row.tried, row.best) == ("done", False, 160, BEST)
        assert row.verdict["reasons"] == ["too_few_trades measured=18 wanted=30"]
        assert row.ended_at is not None
        assert bench.optimiser.view.running == ()
        assert bench.optimiser.view.message.endswith(
            "kept K 0.5, take profit 5 %, stop loss 3 %: too few trades out of sample (18 of 30 "
            "needed)"
        )


@pytest.mark.parametrize(
    ("how", "found", "adopted", "said"),
    [
        ("gated", REFUSED, False, "too few trades"),
        ("off", FOUND, False, "only reported"),
        ("always", REFUSED, True, "adopted in place of"),
        ("gated", replace(FOUND, best={}, why="nothing"), False, "nothing"),
        ("always", replace(FOUND, best=FOUND.running), False, "best already"),
        ("always", replace(FOUND, best={"MAX_POSITION_SIZE": 1.0}), False, "may not change MAX_"),
        ("always", replace(FOUND, best={"STOP_LOSS_PERCENT": 0.2}), False, "emergency stop"),
    ],
)
async def test_adoption_is_as_the_setting_says(
    tmp_path: Path, how: str, found: object, adopted: bool, said: str
) -> None:
    env = f"{ENV}OPTIMIZER_ADOPT={how}\n"
    async with at_work(Bench(tmp_path, FakeSearcher(found), env)) as bench:  # type: ignore[arg-type]
        before = bench.env_file.read_bytes()
        bench.ask()
        result, message = await bench.answered()
        assert result == "done"
        assert said in message
        assert (bench.env_file.read_bytes() != before) is adopted
        assert bench.journal.history.optimisations()[-1].adopted is adopted


async def test_against_the_gate_is_said_loudly(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    env = f"{ENV}OPTIMIZER_ADOPT=always\n"
    async with at_work(Bench(tmp_path, FakeSearcher(REFUSED), env)) as bench:
        bench.ask()
        await bench.answered()
    warned = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert any("against the gate (too few trades" in text for text in warned)


async def test_a_wider_stop_is_pointed_out(tmp_path: Path) -> None:
    env = f"{ENV}UPBIT_STOP_LOSS_PERCENT=0.01\n"
    async with at_work(Bench(tmp_path, FakeSearcher(), env)) as bench:
        bench.ask()
        assert (await bench.answered())[1].endswith("stop loss is wider than before (0.01)")


async def test_a_nearer_stop_is_pointed_out_where_it_makes_positions_larger(tmp_path: Path) -> None:
    env = f"{ENV}UPBIT_STOP_LOSS_PERCENT=0.03\nUPBIT_SIZING=stop_risk\n"
    async with at_work(Bench(tmp_path, FakeSearcher(), env)) as bench:
        bench.ask()
        assert (await bench.answered())[1].endswith("larger where the stop is nearer")


async def test_without_a_file_there_is_one_afterwards_and_a_way_back(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher(), env=None)) as bench:
        bench.ask()
        message = (await bench.answered())[1]
        assert "the way back: take these lines out of .env again" in message
        assert bench.env_file.read_text().splitlines() == [
            "UPBIT_K_VALUE=0.45",
            "UPBIT_TAKE_PROFIT_PERCENT=0.04",
            "UPBIT_STOP_LOSS_PERCENT=0.02",
        ]


async def test_what_cannot_be_written_is_not_in_force(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher())) as bench:
        before = bench.env_file.read_bytes()
        (tmp_path / "env_history").write_text("a file where the folder of versions should be")
        bench.ask()
        result, message = await bench.answered()
        assert result == "done"
        assert "kept K 0.5" in message
        assert "cannot be written" in message
        assert (bench.env_file.read_bytes(), bench.k_value()) == (before, 0.5)
        assert not bench.journal.history.optimisations()[-1].adopted
        assert not bench.applied


async def test_only_what_differs_is_written(tmp_path: Path) -> None:
    env = f"{ENV}UPBIT_STOP_LOSS_PERCENT=0.02\n"
    async with at_work(Bench(tmp_path, FakeSearcher(replace(FOUND, best=BEST)), env)) as bench:
        bench.env_file.write_text(env.replace("K_VALUE=0.5 ", "K_VALUE=0.45 "))
        bench.tuning.reload({}, "panel")
        bench.ask()
        assert "adopted in place of" in (await bench.answered())[1]
        assert "UPBIT_K_VALUE" not in bench.env_file.read_text()
        rows = [row.key for row in bench.journal.history.settings() if row.by == "optimiser"]
        assert rows == ["UPBIT_TAKE_PROFIT_PERCENT"]


async def test_k_of_the_memory_is_written_when_the_grid_keeps_it(tmp_path: Path) -> None:
    searcher = FakeSearcher(replace(FOUND, best={"K_VALUE": 0.45}, running={"K_VALUE": 0.5}))
    async with at_work(Bench(tmp_path, searcher)) as bench:
        bench.ask("search_k")
        await bench.answered()
        searcher.found = FOUND
        bench.ask()
        assert "adopted in place of" in (await bench.answered())[1]
        assert "UPBIT_K_VALUE=0.45\n" in bench.env_file.read_text()
        assert bench.k_value() == 0.45


@pytest.mark.parametrize("applied", [True, False])
async def test_settings_that_changed_meanwhile_are_not_overwritten(
    tmp_path: Path, *, applied: bool
) -> None:
    searcher = FakeSearcher(held=True)
    async with at_work(Bench(tmp_path, searcher)) as bench:
        bench.ask()
        await until(lambda: searcher.wishes)
        bench.env_file.write_text(ENV.replace("0.5 ", "0.55 "))
        if applied:
            bench.tuning.reload({}, "panel")
        after = bench.env_file.read_bytes()
        searcher.let_go()
        _, message = await bench.answered()
        assert "the settings changed while the search ran" in message
        assert bench.env_file.read_bytes() == after


@pytest.mark.parametrize("name", ["optimize", "search_k"])
async def test_nothing_is_adopted_while_entries_are_halted(tmp_path: Path, name: str) -> None:
    env = f"{ENV}OPTIMIZER_ADOPT=always\n"
    searcher = FakeSearcher(replace(FOUND, best={"K_VALUE": 0.7}), held=True)
    async with at_work(Bench(tmp_path, searcher, env)) as bench:
        before = bench.env_file.read_bytes()
        bench.ask(name)
        bench.halts = "emergency"  # while it runs
        searcher.let_go()
        result, message = await bench.answered()
        assert result == "done"
        assert "nothing is adopted while entries on upbit are halted (emergency)" in message
        assert (bench.env_file.read_bytes(), bench.k_value()) == (before, 0.5)
        bench.halts = ""
        bench.ask(name)
        assert "adopted in place of" in (await bench.answered())[1]


@pytest.mark.parametrize("name", ["optimize", "search_k"])
async def test_nothing_is_adopted_while_the_settings_file_is_wrong(
    tmp_path: Path, name: str
) -> None:
    found = replace(FOUND, best={"K_VALUE": 0.7})
    async with at_work(Bench(tmp_path, FakeSearcher(found))) as bench:
        bench.env_file.write_text(f"{ENV}UPBIT_K_VALUE=many\n")
        assert bench.tuning.reload({}, "panel")[0] == "refused"
        wrong = bench.env_file.read_bytes()
        bench.ask(name)
        assert "while the settings file has an error" in (await bench.answered())[1]
        assert (bench.env_file.read_bytes(), bench.k_value()) == (wrong, 0.5)


async def test_a_bug_in_a_search_is_a_failed_search_and_the_bot_lives(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher(TypeError("cannot pickle it")))) as bench:
        bench.ask(venue=None)
        result, message = await bench.answered()
        assert result == "failed"
        assert message.startswith("upbit: unexpected TypeError: cannot pickle it; binance_spot: ")
        assert [one.state for one in bench.journal.history.optimisations()] == ["failed"] * 2
        bench.searcher.found = REFUSED
        assert bench.ask()[0] == "accepted"
        assert (await bench.answered())[0] == "done"


async def test_k_is_changed_in_memory_until_the_next_reload(tmp_path: Path) -> None:
    found = replace(FOUND, best={"K_VALUE": 0.7}, running={"K_VALUE": 0.5})
    async with at_work(Bench(tmp_path, FakeSearcher(found))) as bench:
        before = bench.env_file.read_bytes()
        assert bench.ask("search_k") == ("accepted", "the K search begins on upbit")
        result, message = await bench.answered()
        assert result == "done"
        assert "in memory, until the next restart" in message
        assert bench.env_file.read_bytes() == before
        assert (bench.k_value(), bench.applied[-1]["upbit"].k_value) == (0.7, 0.7)
        assert bench.k_value("binance_spot") == 0.5
        assert bench.tuning.reload({}, "panel")[0] == "done"
        assert (bench.k_value(), bench.applied[-1]["upbit"].k_value) == (0.5, 0.5)
        rows = [(row.by, row.old, row.new) for row in bench.journal.history.settings()]
        assert rows == [
            ("optimiser", "0.5", "0.7 (in memory)"),
            ("panel", "0.7", "as in the settings again"),
        ]


async def test_one_search_a_venue_and_the_second_is_refused(tmp_path: Path) -> None:
    searcher = FakeSearcher(REFUSED, held=True)
    async with at_work(Bench(tmp_path, searcher)) as bench:
        assert bench.ask()[0] == "accepted"
        assert bench.ask("search_k") == (
            "refused",
            "busy the daily grid is already at work on upbit",
        )
        assert bench.ask(venue=None) == ("accepted", "the daily grid begins on binance_spot")
        assert bench.ask(venue=None)[0] == "refused"
        searcher.let_go()
        await until(lambda: len(bench.answers) == 2)
        assert {wish.venue for wish in searcher.wishes} == {"upbit", "binance_spot"}
        assert bench.ask()[0] == "accepted"


async def test_all_venues_one_after_the_other_with_one_answer(tmp_path: Path) -> None:
    searcher = FakeSearcher(REFUSED, held=True)
    async with at_work(Bench(tmp_path, searcher)) as bench:
        bench.ask(venue=None)
        await until(lambda: searcher.wishes)
        assert len(bench.optimiser.view.running) == 2
        assert len(searcher.wishes) == 1  # OPTIMIZER_WORKERS=1
        searcher.let_go()
        _, message = await bench.answered()
        assert message.startswith("upbit: tried")
        assert "; binance_spot: tried" in message


async def test_a_venue_that_is_not_traded_is_refused(tmp_path: Path) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher())) as bench:
        result, message = bench.ask(venue="binance_futures")
        assert (result, message.split()[0]) == ("refused", "bad_arguments")


async def test_a_failed_search_is_a_failed_command_and_a_row(tmp_path: Path) -> None:
    searcher = FakeSearcher(SearchFailed("the worker process was killed (signal 9)"))
    async with at_work(Bench(tmp_path, searcher)) as bench:
        bench.ask()
        assert await bench.answered() == (
            "failed",
            "upbit: the worker process was killed (signal 9)",
        )
        assert bench.journal.history.optimisations()[-1].state == "failed"
        assert bench.k_value() == 0.5


async def test_a_stop_in_the_middle_answers_and_writes_it_down(tmp_path: Path) -> None:
    searcher = FakeSearcher(held=True)
    async with at_work(Bench(tmp_path, searcher)) as bench:
        bench.ask(venue=None)
        await until(lambda: searcher.wishes)
    assert searcher.closed
    stopped = "the bot stopped before it was over"
    assert bench.answers == [("failed", f"upbit: {stopped}; binance_spot: {stopped}")]
    assert bench.k_value() == 0.5
    journal = SqlJournal.open(tmp_path / "trader.db")
    assert [one.state for one in journal.history.optimisations()] == ["interrupted"]
    journal.close()
    assert bench.ask()[0] == "refused"


async def test_a_search_of_a_process_that_died_is_closed_at_the_next_start(tmp_path: Path) -> None:
    journal = SqlJournal.open(tmp_path / "trader.db")
    journal.optimised(Optimisation("o1", "k", "upbit", "schedule", 1))
    journal.close()
    async with at_work(Bench(tmp_path, FakeSearcher())) as bench:
        assert bench.journal.history.optimisations()[-1].state == "interrupted"
        assert bench.optimiser.view.state == "interrupted"


async def test_a_journal_that_cannot_be_written_stops_no_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with at_work(Bench(tmp_path, FakeSearcher(REFUSED))) as bench:
        refusals = []

        def full(_one: Optimisation) -> None:
            refusals.append(1)
            raise JournalBroken("the disk is full")

        monkeypatch.setattr(bench.journal, "optimised", full)
        bench.ask()
        assert (await bench.answered())[0] == "done"
        assert len(refusals) == 2
    assert "journalled later" in caplog.text
