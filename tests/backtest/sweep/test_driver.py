"""The driver with a crew whose workers die as the test says: nothing is lost, killers are named."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from trader.backtest.sweep.driver import DEATHS, Chunks, Driver
from trader.backtest.sweep.work import Done, Row
from trader.domain.errors import BadInput


class Dying:
    """Works like a pool: one death ends everything that is in flight. `killers` die each time.

    `strikes`: numbers of submissions during which somebody outside kills a worker.
    """

    ahead, least = 3, 1
    deadly: tuple[type[BaseException], ...] = (BrokenPipeError,)

    def __init__(self, killers: Sequence[int] = (), strikes: Sequence[int] = ()) -> None:
        self.killers, self.strikes = set(killers), set(strikes)
        self.flying: list[tuple[Future[Done], tuple[int, ...]]] = []
        self.submitted: Counter[int] = Counter()
        self.submissions = self.renewals = 0
        self.broken = False

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        if self.broken:
            raise BrokenPipeError
        future: Future[Done] = Future()
        self.submitted.update(numbers)
        self.submissions += 1
        self.flying.append((future, tuple(numbers)))
        if self.killers & set(numbers) or self.submissions in self.strikes:
            self._break()
        elif len(self.flying) == self.ahead or len(numbers) == 1:
            self._answer(*self.flying.pop(0))
        return future

    def renew(self) -> None:
        self.broken, self.flying = False, []
        self.renewals += 1

    def dismiss(self) -> None:
        raise AssertionError("the driver does not dismiss")

    def _break(self) -> None:
        self.broken = True
        for future, _ in self.flying:
            future.set_exception(BrokenPipeError())

    def _answer(self, future: Future[Done], numbers: Sequence[int]) -> None:
        rows = tuple(Row(number, 0.0, {"trades": 9}) for number in numbers)
        future.set_result(Done(rows, 0.01 * len(numbers)))


class Patient(Dying):
    """Also answers what is left when it is asked no more."""

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        future = super().submit(numbers)
        if not self.broken:
            while self.flying:
                self._answer(*self.flying.pop(0))
        return future


def chunks(count: int, each: float = 0.05, group: int = 1) -> Chunks:
    """Numbers from 0, `group` of them with the same signals."""
    return Chunks(range(count), count, each, lambda number: number // group)


def driven(crew: Dying, count: int) -> tuple[list[int], Driver]:
    """The numbers that came back."""
    found: list[int] = []
    driver = Driver(crew, lambda done: found.extend(row.number for row in done.rows))
    driver.run(chunks(count))
    return found, driver


def test_everything_comes_back_once() -> None:
    crew = Patient()
    found, driver = driven(crew, 1_000)
    assert sorted(found) == list(range(1_000))
    assert (driver.aside, crew.renewals) == ([], 0)
    assert crew.submissions < 300  # chunks, not single combinations


def test_a_worker_killed_from_outside_costs_what_was_in_flight_and_nothing_else() -> None:
    crew = Patient(strikes=[5])
    found, driver = driven(crew, 300)
    assert sorted(found) == list(range(300))
    assert (driver.aside, crew.renewals) == ([], 1)
    again = [number for number, times in crew.submitted.items() if times > 1]
    assert 0 < len(again) < 60


@pytest.mark.parametrize("killers", [[0], [57], [99], [3, 4], [98, 99]])
def test_a_combination_that_kills_three_times_is_set_aside_and_named(killers: list[int]) -> None:
    crew = Patient(killers)
    found, driver = driven(crew, 100)
    assert sorted(found) == sorted(set(range(100)) - set(killers))
    assert sorted(driver.aside) == killers
    assert all(crew.submitted[killer] >= DEATHS for killer in killers)
    assert crew.renewals <= (DEATHS + 1) * len(killers) + 1


def test_workers_that_never_do_anything_end_the_sweep_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="die as soon as they begin"):
        driven(Patient(range(100)), 100)


def test_ctrl_c_takes_what_has_come_back() -> None:
    class Interrupted(Patient):
        def submit(self, numbers: Sequence[int]) -> Future[Done]:
            if self.submissions == 2:
                raise KeyboardInterrupt
            return super().submit(numbers)

    found: list[int] = []
    driver = Driver(Interrupted(), lambda done: found.extend(row.number for row in done.rows))
    with pytest.raises(KeyboardInterrupt):
        driver.run(chunks(100))
    assert len(found) > 0


def test_chunks_last_a_fifth_of_a_second_and_shrink_towards_the_end() -> None:
    crew, cutter = Dying(), chunks(10_000, each=0.002)
    sizes = [len(chunk) for chunk in iter(lambda: cutter.cut(crew), ())]
    assert sum(sizes) == 10_000
    assert max(sizes) == 100
    assert sizes[-1] == 1
    assert sizes == sorted(sizes, reverse=True)


def test_a_chunk_ends_with_its_group_where_that_is_near() -> None:
    """Groups of ten: cut anywhere else their signals would be made by two workers."""
    cutter = chunks(100, each=0.005, group=10)
    sizes = [len(chunk) for chunk in iter(lambda: cutter.cut(Dying()), ())]
    assert sum(sizes) == 100
    assert all(size % 10 == 0 for size in sizes)
    slow = chunks(100, each=1.0, group=10)
    assert {len(chunk) for chunk in iter(lambda: slow.cut(Dying()), ())} == {1}


def test_the_guess_is_corrected_by_what_was_measured() -> None:
    cutter = chunks(100_000, each=10.0)
    assert len(cutter.cut(Dying())) == 1
    cutter.learn(Done((Row(0, 0.0, {}),), 0.002))
    assert len(cutter.cut(Dying())) == 100


def test_a_cluster_gets_fifty_at_a_time_unless_that_is_long() -> None:
    crew = Dying()
    crew.least = 50
    for each, wanted in ((0.002, 100), (0.01, 50), (0.1, 10), (5.0, 1)):
        assert len(chunks(10_000, each).cut(crew)) == wanted
