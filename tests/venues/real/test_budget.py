"""Requests stay below the exchange's limits, on a clock that only the test moves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from trader.domain.errors import VenueUnavailable
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.time import DAY, MINUTE, SECOND
from trader.venues.real.budget import ARRIVED, SHARE, Budget, Urgency, urgent
from trader.venues.real.connection import Endpoint
from trader.venues.real.limits import LIMITS, RESERVE

ORDER = Endpoint("private", "POST", "orders", 1.0)
ASK = Endpoint("private", "GET", "order", 1.0)
PAGE = Endpoint("public", "GET", "candles/minutes/{unit}", 2)
SPOT_ORDER = Endpoint("private", "POST", "order", 0.2)
REPORT = Endpoint("private", "GET", "openOrders", 16.0)
EASY = dict.fromkeys(Urgency, DAY)


@dataclass
class Clock:
    """Sleeping moves it; whoever wakes first goes on first."""

    now: int = 1_000_000
    slept: int = 0
    sleepers: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Until the test's time has come so far."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.slept += 1
        self.sleepers.append((self.now + round(seconds * 1_000), self.slept, future))
        await future

    async def run(self, until: Callable[[], bool]) -> None:
        """Let time pass from one wake-up to the next."""
        while not until():
            for _ in range(5):
                await asyncio.sleep(0)
            if self.sleepers and not until():
                due = min(self.sleepers)
                self.sleepers.remove(due)
                self.now = max(self.now, due[0])
                due[2].set_result(None)


@dataclass
class Guests:
    """Asks through the budget, in tasks; writes down when each was let in."""

    venue: str
    patience: dict[Urgency, int] = field(default_factory=lambda: EASY)
    clock: Clock = field(default_factory=Clock)
    answers: bool = True
    entered: list[tuple[str, int]] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.budget = Budget(
            LIMITS[self.venue], lambda: self.clock.now, self.clock.sleep, self.patience
        )

    def send(self, name: str, endpoint: Endpoint, urgency: Urgency, times: int = 1) -> None:
        """So many requests at once."""
        with urgent(urgency):
            self.tasks += [asyncio.create_task(self._enter(name, endpoint)) for _ in range(times)]

    async def _enter(self, name: str, endpoint: Endpoint) -> None:
        await self.budget.enter(endpoint)
        self.entered.append((name, self.clock.now))
        if self.answers:
            self.budget.leave(endpoint)

    async def all_in(self) -> list[tuple[str, int]]:
        """Wait for everybody."""
        await self.clock.run(lambda: all(task.done() for task in self.tasks))
        await asyncio.gather(*self.tasks)
        return self.entered

    def busiest(self, window: int) -> int:
        """Most that entered within any such time."""
        times = [at for _, at in self.entered]
        return max(sum(start <= at < start + window for at in times) for start in times)


async def test_orders_of_upbit_stay_below_the_share_of_eight_a_second() -> None:
    guests = Guests(UPBIT)
    guests.send("entry", ORDER, Urgency.TRADE, 20)
    await guests.all_in()
    assert guests.busiest(SECOND) == int(8 * SHARE * (1 - RESERVE)) == 4
    assert guests.clock.now - 1_000_000 == 4 * SECOND


async def test_exits_may_use_what_is_kept_back_for_them_but_no_more() -> None:
    guests = Guests(UPBIT)
    guests.send("entry", ORDER, Urgency.TRADE, 4)
    guests.send("exit", ORDER, Urgency.PROTECT, 4)
    entered = await guests.all_in()
    at_once = [name for name, at in entered if at == 1_000_000]
    assert sorted(at_once) == ["entry"] * 2 + ["exit"] * 4 or sorted(at_once) == (
        ["entry"] * 4 + ["exit"] * 2
    )
    assert guests.busiest(SECOND) == 6


async def test_an_exit_that_comes_late_goes_before_entries_that_wait() -> None:
    guests = Guests(UPBIT)
    guests.send("entry", ORDER, Urgency.TRADE, 10)
    await asyncio.sleep(0)
    guests.send("exit", ORDER, Urgency.PROTECT, 3)
    entered = await guests.all_in()
    assert [at for name, at in entered if name == "exit"][:2] == [1_000_000] * 2
    last_exit = max(at for name, at in entered if name == "exit")
    assert sum(at > last_exit for name, at in entered if name == "entry") >= 4


async def test_groups_do_not_disturb_one_another() -> None:
    guests = Guests(UPBIT)
    guests.send("order", ORDER, Urgency.TRADE, 4)
    guests.send("ask", ASK, Urgency.TRADE, 16)
    guests.send("candles", Endpoint("public", "GET", "candles/minutes/{unit}", 2), Urgency.LOOK, 5)
    guests.send("ticker", Endpoint("public", "GET", "ticker", 2), Urgency.LOOK, 5)
    entered = await guests.all_in()
    assert {at for _, at in entered} == {1_000_000}
    assert guests.budget.used["default"] == pytest.approx(16 / 30)
    assert guests.budget.used["candle"] == pytest.approx(0.5)


async def test_weights_of_binance_stay_below_the_share_of_a_minute() -> None:
    guests = Guests(BINANCE_SPOT)
    guests.send("report", REPORT, Urgency.LOOK, 100)  # 80 each
    await guests.all_in()
    most = int(6_000 * SHARE * (1 - RESERVE)) // 80
    assert guests.busiest(MINUTE) == most == 42


@pytest.mark.parametrize(
    ("venue", "endpoint", "window", "most"),
    [
        (BINANCE_SPOT, SPOT_ORDER, 10 * SECOND, 56),
        (BINANCE_SPOT, Endpoint("private", "POST", "orderList/oco", 0.2), 10 * SECOND, 28),
        (BINANCE_FUTURES, Endpoint("fapiPrivate", "POST", "algoOrder", 1), 10 * SECOND, 168),
        (BINANCE_FUTURES, Endpoint("fapiPrivate", "POST", "algoOrder", 1), MINUTE, 672),
        (BINANCE_FUTURES, Endpoint("fapiPrivateV3", "GET", "account", 1), MINUTE, 268),
    ],
)
async def test_orders_and_weights_are_counted(
    venue: str, endpoint: Endpoint, window: int, most: int
) -> None:
    guests = Guests(venue)
    guests.send("x", endpoint, Urgency.TRADE, most + 20)
    await guests.all_in()
    assert guests.busiest(window) == most


async def test_the_exchanges_own_count_outranks_ours() -> None:
    guests = Guests(BINANCE_SPOT)
    guests.budget.heard(REPORT, 200, {"X-MBX-USED-WEIGHT-1M": "5000"})
    assert guests.budget.used["weight"] == pytest.approx(5_000 / 6_000)
    guests.send("report", REPORT, Urgency.LOOK)
    assert await guests.all_in() == [("report", 1_000_000 + MINUTE)]
    guests.budget.heard(REPORT, 200, {"x-mbx-used-weight-1m": "3"})  # a new minute: ours is more
    assert guests.budget.used["weight"] == pytest.approx(80 / 6_000)


async def test_what_remains_of_a_group_outranks_our_count() -> None:
    guests = Guests(UPBIT)
    guests.budget.heard(ASK, 200, {"Remaining-Req": "group=order; min=1800; sec=0"})
    guests.send("exit", ORDER, Urgency.PROTECT)
    guests.send("ask", ASK, Urgency.TRADE)
    assert await guests.all_in() == [("ask", 1_000_000), ("exit", 1_000_000 + SECOND)]


@pytest.mark.parametrize("header", ["", "group=order", "group=new; sec=0", "nonsense", "sec=-1"])
async def test_a_strange_header_changes_nothing(header: str) -> None:
    guests = Guests(UPBIT)
    guests.budget.heard(ASK, 200, {"Remaining-Req": header, "Retry-After": "soon"})
    assert not any(guests.budget.used.values())
    assert guests.budget.silent_for == 0


@pytest.mark.parametrize(
    ("status", "headers", "silence"),
    [
        (429, {"Retry-After": "7"}, 7 * SECOND),
        (418, {"retry-after": "300"}, 300 * SECOND),
        (429, {}, MINUTE),
        (418, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 2 * MINUTE),
        (429, {"Retry-After": "99999999999"}, 3 * DAY),
    ],
)
async def test_after_429_and_418_nobody_asks_and_exits_go_first(
    status: int, headers: dict[str, str], silence: int
) -> None:
    guests = Guests(BINANCE_SPOT, dict.fromkeys(Urgency, 4 * DAY))
    guests.budget.heard(SPOT_ORDER, status, headers)
    guests.send("report", REPORT, Urgency.LOOK, 3)
    guests.send("entry", SPOT_ORDER, Urgency.TRADE, 3)
    await asyncio.sleep(0)
    guests.send("exit", SPOT_ORDER, Urgency.PROTECT, 3)
    entered = await guests.all_in()
    assert min(at for _, at in entered) == 1_000_000 + silence
    assert [name for name, _ in entered] == ["exit"] * 3 + ["entry"] * 3 + ["report"] * 3


async def test_who_would_wait_too_long_is_told_at_once() -> None:
    clock = Clock()
    budget = Budget(LIMITS[UPBIT], lambda: clock.now, clock.sleep)
    budget.heard(ORDER, 418, {"Retry-After": "60"})
    with urgent(Urgency.PROTECT), pytest.raises(VenueUnavailable, match="60000 ms"):
        await budget.enter(ORDER)
    assert budget.used["order"] == 0.0  # nothing is charged for what did not leave
    clock.now += 60 * SECOND
    with urgent(Urgency.PROTECT):
        await budget.enter(ORDER)
    assert budget.used["order"] == pytest.approx(1 / 8)


def test_a_ban_is_told_once_with_its_length() -> None:
    """Requests under way are refused, too: that is no second ban."""
    clock, told = Clock(), list[int]()
    budget = Budget(LIMITS[BINANCE_SPOT], lambda: clock.now, clock.sleep)
    budget.banned = told.append
    budget.heard(SPOT_ORDER, 429, {"Retry-After": "5"})
    assert told == []
    budget.heard(SPOT_ORDER, 418, {"Retry-After": "60"})
    clock.now += 900
    budget.heard(SPOT_ORDER, 418, {"Retry-After": "60"})
    assert told == [60 * SECOND]
    clock.now += 61 * SECOND
    budget.heard(SPOT_ORDER, 418, {})
    assert told == [60 * SECOND, 2 * MINUTE]


async def test_what_is_under_way_counts_until_it_is_answered() -> None:
    """The exchange may count it as late as that: so many more would meet it in the same second."""
    guests = Guests(UPBIT, answers=False)
    guests.send("page", PAGE, Urgency.LOOK, 9)
    await guests.clock.run(lambda: len(guests.entered) == 8 and guests.clock.now > 1_000_900)
    assert {at for _, at in guests.entered} == {1_000_000}
    for _ in range(8):
        guests.budget.leave(PAGE)
    answered = guests.clock.now
    assert (await guests.all_in())[-1][1] >= answered + SECOND


async def test_what_is_never_answered_does_not_count_for_ever() -> None:
    guests = Guests(UPBIT, answers=False)
    guests.send("exit", ORDER, Urgency.PROTECT, 7)
    assert (await guests.all_in())[-1][1] == 1_000_000 + ARRIVED + SECOND
