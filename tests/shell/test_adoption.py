"""What becomes of a find: as the setting says, never against a person, with a way back."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.shell.searches import BEST, ENV, FOUND, REFUSED, Bench, FakeSearcher, at_work, until


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
