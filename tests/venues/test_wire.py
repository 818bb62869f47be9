"""What the bot hears when messages are lost, late, repeated or refused; the books stay true."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from tests.simulation.faults import NONE, Deed, Odds, Script, SeededFaults, Span
from tests.venues.desk import SPOT_NEAR, UPBIT_NEAR, Desk
from trader.domain.events import Event, OrderFilled, OrderOpened
from trader.domain.order import Kind, Side
from trader.domain.outcome import Question
from trader.venues.faults import ARRIVES, Fate, NoFaults, Request
from trader.venues.profiles import BINANCE_SPOT

FAR = replace(SPOT_NEAR, latency=(10, 10))
LOST = Fate(lost=True)


@dataclass
class Planned(NoFaults):
    """Requests meet these fates in turn; answers of one sort get these copies."""

    fates: Sequence[Fate] = ()
    sort: type = OrderOpened
    copies: tuple[int, ...] = (0,)
    met: int = 0

    def request(self, request: Request, at: int) -> Fate:
        """The next fate; then everything arrives."""
        self.met += 1
        return self.fates[self.met - 1] if self.met <= len(self.fates) else ARRIVES

    def answer(self, event: Event, at: int) -> tuple[int, ...]:
        """The copies planned."""
        return self.copies if isinstance(event, self.sort) else (0,)


def heard_after(desk: Desk, wait: int) -> list[str]:
    """Time passes."""
    desk.now += wait
    desk.venue.advance(desk.now)
    return desk.heard()


def test_a_request_that_is_lost_leaves_the_bot_not_knowing() -> None:
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned([LOST]))
    desk.send(Side.BUY, "0.1")
    assert heard_after(desk, 9_999) == []
    assert heard_after(desk, 1) == ["a unknown: no answer in time"]
    assert desk.held == "0"
    desk.venue.ask(Question("order", "a"))
    assert heard_after(desk, 100) == ["a not found"]


def test_an_order_whose_answer_is_lost_exists() -> None:
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned(copies=()))
    desk.buy("0.1", Kind.LIMIT, price="19000")
    assert heard_after(desk, 20_000) == ["a unknown: no answer in time"]
    assert len(desk.venue.books.orders.everything()) == 1


def test_an_order_can_be_accepted_after_the_bot_gave_up() -> None:
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned([Fate(delay=14_000)]))
    desk.send(Side.BUY, "0.1")
    assert heard_after(desk, 10_000) == ["a unknown: no answer in time"]
    assert heard_after(desk, 5_000)[-1] == "a filled: filled"


def test_a_refusal_at_the_door_is_definite() -> None:
    throttled = Fate(throttled=True)
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned([throttled, throttled, throttled]))
    desk.send(Side.BUY, "0.1")
    desk.venue.cancel("a")
    desk.venue.ask(Question("order", "a"))
    assert heard_after(desk, 20_000) == ["a rejected -1003", "a still there? -1003"]
    assert desk.venue.books.orders.everything() == ()


def test_a_fill_can_be_told_twice_and_before_the_order_was_acknowledged() -> None:
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned(sort=OrderFilled, copies=(0, 500)))
    desk.send(Side.BUY, "0.1")
    heard = heard_after(desk, 1_000)
    assert heard.count(heard[1]) == 2
    late = Desk(FAR, 20_000, cash="10000", faults=Planned(copies=(500,)))
    late.send(Side.BUY, "0.1")
    assert heard_after(late, 1_000)[-1] == "a open o1"


def test_a_question_that_is_lost_gets_no_answer_at_all() -> None:
    desk = Desk(FAR, 20_000, faults=Planned([LOST]))
    desk.venue.ask(Question("report", "binance_spot"))
    assert heard_after(desk, 60_000) == []


def test_a_cancel_that_is_lost_must_be_asked_about() -> None:
    desk = Desk(FAR, 20_000, cash="10000", faults=Planned([ARRIVES, LOST]))
    desk.buy("0.1", Kind.LIMIT, price="19000")
    desk.venue.cancel("a")
    assert heard_after(desk, 10_000)[-1] == "a still there? no answer in time"
    assert len(tuple(desk.venue.books.orders.all_live())) == 1


def test_an_exchange_out_of_reach_hears_nothing_and_the_link_is_reported() -> None:
    outage = SeededFaults(1, 0, 10**6, NONE, Script(outages=(Span(5_000, 20_000),)))
    desk = Desk(FAR, 20_000, cash="10000", faults=outage)
    assert heard_after(desk, 4_000) == ["LinkChanged"]
    desk.send(Side.BUY, "0.1")
    assert heard_after(desk, 12_000) == ["a unknown: no answer in time"]
    assert heard_after(desk, 12_000) == ["LinkChanged"]


def test_answers_keep_their_order_whatever_each_takes() -> None:
    desk = Desk(replace(SPOT_NEAR, latency=(1, 900)), 20_000, cash="10000", seed=7)
    for _ in range(6):
        desk.send(Side.BUY, "0.01")
    words = [text.split()[1] for text in heard_after(desk, 5_000)]
    assert words == ["open", "buy", "filled:"] * 6


def test_a_dead_bot_hears_nothing_but_what_it_sent_still_arrives() -> None:
    desk = Desk(FAR, 20_000, cash="10000")
    desk.send(Side.BUY, "0.1")
    desk.venue.hang_up()
    assert heard_after(desk, 5) == []
    desk.venue.hang_up()  # the order has not even arrived yet
    assert heard_after(desk, 1_000)[-1] == "a filled: filled"
    desk.send(Side.BUY, "0.1")
    desk.venue.advance(desk.now + 15)  # arrived; its answers are on the wire
    desk.venue.hang_up()
    assert (heard_after(desk, 1_000), desk.held) == ([], "0.1998")


def test_an_order_that_stalls_goes_on_when_the_trouble_is_over() -> None:
    odds = replace(NONE, stalled=1.0)
    desk = Desk(FAR, 20_000, cash="10000", faults=SeededFaults(1, 0, 60_000, odds, Script()))
    desk.send(Side.BUY, "0.1")
    assert heard_after(desk, 1_000)[1:] == ["a buy 0.034 @ 20000 fee 0.68"]
    desk.price(20_000)
    assert heard_after(desk, 1_000) == []
    desk.now = 60_000
    desk.price(20_000)
    assert heard_after(desk, 1_000)[-1] == "a filled: filled"


def test_a_person_trades_and_cancels_beside_the_bot() -> None:
    deeds = (Deed(3_000, "sells", 0.5), Deed(4_000, "cancels", 0.0), Deed(5_000, "buys", 0.9))
    plan = SeededFaults(1, 0, 60_000, NONE, Script(deeds=deeds))
    desk = Desk(SPOT_NEAR, 20_000, cash="10000", faults=plan)
    desk.buy("0.1")
    desk.buy("0.1", Kind.LIMIT, price="19000")
    heard_after(desk, 100)
    assert [deed.what for deed in plan.disturb(desk.venue, 4_500)] == ["sells", "cancels"]
    assert desk.held == "0.04995"
    assert heard_after(desk, 100) == ["b canceled: canceled"]
    assert [deed.what for deed in plan.disturb(desk.venue, 9_000)] == ["buys"]


def run(seed: int) -> tuple[list[str], object]:
    """Twenty orders on a bad day; all that was heard, and the books afterwards."""
    faults = SeededFaults(seed, 0, 60_000, Odds(hidden=0.0))
    desk = Desk(BINANCE_SPOT, 20_000, cash="100000", faults=faults, seed=seed)
    heard = []
    for step in range(60):
        if step % 3 == 0:
            desk.send(Side.BUY, "0.01", id=f"{seed}-{step}")
        heard += desk.price(20_000 + step) + heard_after(desk, 500)
        faults.disturb(desk.venue, desk.now)
    return heard + heard_after(desk, 60_000), desk.venue.books.orders.everything()


@pytest.mark.parametrize("seed", range(5))
def test_one_seed_one_run(seed: int) -> None:
    assert run(seed) == run(seed)
    assert run(seed) != run(seed + 100)


@pytest.mark.parametrize("seed", range(20))
def test_every_order_is_answered_for_and_asking_afterwards_tells_the_truth(seed: int) -> None:
    faults = SeededFaults(seed, 0, 60_000)
    desk = Desk(UPBIT_NEAR, 30_000_000, cash="10000000", faults=faults, seed=seed)
    for number in range(10):
        desk.send(Side.BUY, "1", cost="50000", id=f"order{number}")
        desk.price(30_000_000)
        faults.disturb(desk.venue, desk.now)
    desk.now = 120_000
    desk.price(30_000_000)
    heard_after(desk, 1_000)
    for number in range(10):
        known = desk.venue.books.orders.of_client(f"order{number}")
        desk.venue.ask(Question("order", f"order{number}"))
        answer = heard_after(desk, 1_000)
        assert answer == [f"order{number} not found"] if known is None else len(answer) >= 2
