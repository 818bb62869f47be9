"""Searches by command: one a venue, answered twice, journalled, adopted through the one path."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.shell.searches import BEST, FOUND, REFUSED, Bench, FakeSearcher, at_work, until
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
