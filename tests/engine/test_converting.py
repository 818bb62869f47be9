"""Dust becomes another coin: once in six hours, only what is ours, booked to the digit."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from tests.engine.bench import MONDAY, Bench
from trader.domain import events as ev
from trader.domain.commands import ClosePosition, Pause, Resume, TradeByHand
from trader.domain.dust import Conversion, ConvertedDust, DustConverted
from trader.domain.outcome import Outcome
from trader.domain.time import HOUR, MINUTE
from trader.engine.engine import Habits
from trader.engine.ports import Restored

D = Decimal
BTC, ETH, BNB = "binance_spot:BTC/USDT", "binance_spot:ETH/USDT", "binance_spot:BNB/USDT"
WANTED = Habits(convert_dust=True)


def bench(habits: Habits = WANTED, coin: str = "BNB", **dust: str) -> Bench:
    """A spot venue with dust of these coins, each at a cost of 1."""
    able = {"dust_coin": coin, "protection": "none"}
    made = Bench("binance_spot", habits, can=able)
    for name, quantity in (dust or {"BTC": "0.0004"}).items():
        key = f"binance_spot:{name}/USDT"
        made.venue.dust[key], made.venue.dust_costs[key] = D(quantity), D(1)
    made.wait(0)
    return made


def report(made: Bench, *holdings: tuple[str, str, str]) -> Outcome:
    """The account holds these: key, all of it, what is free."""
    held = tuple(ev.Holding(key, D(total), D(free)) for key, total, free in holdings)
    money = D(10_000)
    return made.tell(
        ev.VenueReported("binance_spot", (), (), held, money, money, (), made.now)
    )  # fmt: skip


def part(key: str = BTC, quantity: str = "0.0004", **more: Any) -> ConvertedDust:
    """Worth 0.05 BNB at 600, of which 2 % was kept."""
    told: dict[str, Any] = {
        "id": "7-X", "key": key, "quantity": D(quantity), "into": BNB, "received": D("0.049"),
        "charge": D("0.001"), "price": D(600),
    }  # fmt: skip
    return ConvertedDust(**(told | more))


def over(made: Bench, *parts: ConvertedDust, asked_at: int = MONDAY, why: str = "") -> Outcome:
    """It is over."""
    return made.tell(DustConverted("binance_spot", asked_at, parts, why, made.now))


def codes(out: Outcome) -> list[str]:
    """Of the notices."""
    return [notice.code for notice in out.notices]


# ---------------------------------------------------------------- when it is asked for


def test_all_that_is_dust_alone_is_asked_for_together_and_written_down_before() -> None:
    made = bench(BTC="0.0004", ETH="0.001", XRP="0.3")
    out = report(made, (BTC, "0.0004", "0.0004"), (ETH, "0.001", "0.001"), (BNB, "3", "3"))
    expected = Conversion("binance_spot", ((BTC, D("0.0004")), (ETH, D("0.001"))), MONDAY)
    assert out.convert == [expected]
    assert out.durable
    assert out.books[-1].conversion == expected
    assert report(made, (BTC, "0.0004", "0.0004")).convert == []


@pytest.mark.parametrize(
    "holdings",
    [
        [(BTC, "0.0005", "0.0005")],  # some of it is the user's
        [(BTC, "0.0004", "0.0003")],  # an order locks some of it
        [],  # it is gone
    ],
)
def test_what_is_not_the_bots_alone_is_left(holdings: Iterable[tuple[str, str, str]]) -> None:
    assert report(bench(), *holdings).convert == []


def test_the_users_own_coins_are_named_once() -> None:
    made = bench()
    assert codes(report(made, (BTC, "2", "2"))) == ["dust_shared"]
    assert codes(report(made, (BTC, "2", "2"))) == []


@pytest.mark.parametrize(
    "made", [bench(Habits()), bench(coin=""), bench(BNB="0.01")], ids=["off", "not there", "BNB"]
)
def test_not_where_it_is_not_wanted_or_makes_no_sense(made: Bench) -> None:
    held = [(key, str(quantity), str(quantity)) for key, quantity in made.venue.dust.items()]
    assert report(made, *held).convert == []


def test_not_while_anything_must_go_is_held_or_moved_just_now() -> None:
    leaving = bench(ETH="0.001")
    bought = str(leaving.hold().quantity)
    leaving.price(100.0)
    leaving.command(ClosePosition(BTC))
    assert leaving.held().must_go
    rest = (ETH, "0.001", "0.001")
    assert report(leaving, (BTC, bought, bought), rest).convert == []
    leaving.fill(leaving.last(), 100.0)
    leaving.venue.dust[BTC] = D("0.0004")
    assert report(leaving, (BTC, "0.0004", "0.0004")).convert == []  # it may be an older report
    assert not leaving.venue.holding
    leaving.wait(5)
    assert report(leaving, (BTC, "0.0004", "0.0004"), rest).convert


def test_not_while_the_venue_is_halted() -> None:
    made = bench()
    made.command(Pause("binance_spot"))
    assert report(made, (BTC, "0.0004", "0.0004")).convert == []
    made.command(Resume("binance_spot"))
    assert report(made, (BTC, "0.0004", "0.0004")).convert


def test_not_of_a_coin_that_is_held_again() -> None:
    made = bench(ETH="0.001")
    made.hold()
    made.venue.dust[BTC] = D("0.0004")
    made.wait(5)
    (asked,) = report(made, (BTC, "99", "99"), (ETH, "0.001", "0.001")).convert
    assert [key for key, _ in asked.parts] == [ETH]


def test_six_hours_pass_between_two_of_them() -> None:
    made = bench()
    assert report(made, (BTC, "0.0004", "0.0004")).convert
    over(made, why="none of it can be converted now")
    made.wait(6 * 3_600 - 1)
    assert report(made, (BTC, "0.0004", "0.0004")).convert == []
    made.wait(1)
    assert report(made, (BTC, "0.0004", "0.0004")).convert
    assert made.venue.converted_at == MONDAY + 6 * HOUR


# ---------------------------------------------------------------- what is booked


def test_dust_becomes_bnb_in_the_dust_book_and_no_cash_moves() -> None:
    made = bench()
    report(made, (BTC, "0.0004", "0.0004"))
    out = over(made, part())
    assert made.venue.dust == {BNB: D("0.049")}
    assert made.venue.dust_costs == {BNB: D("29.4")}
    account = made.venue.account
    assert (account.cash, account.fees, account.realised) == (D(10_000), D("0.6"), D("28.4"))
    sold, bought = out.fills
    assert (sold.key, sold.side, sold.quantity, sold.price) == (BTC, "sell", D("0.0004"), D(75_000))
    assert (bought.key, bought.quantity - bought.fee_base) == (BNB, D("0.049"))
    assert codes(out) == ["dust_converted"]
    assert out.books[-1].conversion is None


def test_an_answer_that_comes_twice_or_to_nothing_is_booked_once() -> None:
    made = bench()
    assert over(made, part()).fills == []
    report(made, (BTC, "0.0004", "0.0004"))
    assert over(made, part(), asked_at=MONDAY - 1).fills == []
    assert over(made, part(), part()).fills[2:] == []
    assert over(made, part()).fills == []
    assert made.venue.dust == {BNB: D("0.049")}


def test_more_bnb_is_added_and_of_foreign_coins_only_our_share_is_booked() -> None:
    made = bench(BTC="0.0004", BNB="1")
    report(made, (BTC, "0.0004", "0.0004"))
    over(made, part(quantity="0.0008"))
    assert made.venue.dust == {BNB: D("1.0245")}
    assert made.venue.dust_costs == {BNB: D("15.7")}


def test_a_part_of_the_dust_leaves_the_rest_and_its_cost() -> None:
    made = bench()
    report(made, (BTC, "0.0004", "0.0004"))
    over(made, part(quantity="0.0001"))
    assert made.venue.dust[BTC] == D("0.0003")
    assert made.venue.dust_costs[BTC] == D("0.75")


def test_what_was_kept_is_told() -> None:
    made = bench()
    report(made, (BTC, "0.0004", "0.0004"))
    out = over(made, why="not today")
    assert (codes(out), made.venue.dust) == (["dust_kept"], {BTC: D("0.0004")})
    made.wait(6 * 3_600)
    report(made, (BTC, "0.0004", "0.0004"))
    again = over(made, asked_at=made.now, why="not today")
    assert (codes(again), again.books[-1].conversion) == ([], None)


# ---------------------------------------------------------------- nobody knows


def test_without_an_answer_it_is_looked_for_every_minute_and_never_asked_again() -> None:
    made = bench()
    (asked,) = report(made, (BTC, "0.0004", "0.0004")).convert
    assert made.wait(59).convert == []
    (looked,) = made.wait(1).convert
    assert (asked.again, looked.again, looked.asked_at) == (False, True, asked.asked_at)
    assert made.wait(59).convert == []
    made.wait(7 * 3_600)
    assert report(made, (BTC, "0.0004", "0.0004")).convert == []


def test_nothing_is_bought_of_a_coin_that_is_being_converted() -> None:
    made = bench()
    made.price(100.0)
    report(made, (BTC, "0.0004", "0.0004"))
    buy = TradeByHand(BTC, buy=True, amount_quote=500.0)
    assert made.command(buy).answers[0].message == "symbol_halted"
    over(made, why="not today")
    assert made.command(buy).submit


def test_a_restart_looks_for_it_after_the_first_comparison() -> None:
    before = bench()
    book = report(before, (BTC, "0.0004", "0.0004")).books[-1]
    made = Bench("binance_spot", WANTED, can={"dust_coin": "BNB"})
    made.now += MINUTE
    made.engine.restore(Restored(books={"binance_spot": book}), made.now)
    assert made.wait(1).convert == []
    assert report(made, (BTC, "0.0004", "0.0004")).convert == []
    (looked,) = made.wait(1).convert
    assert looked.again
    over(made, part())
    assert made.venue.dust == {BNB: D("0.049")}
