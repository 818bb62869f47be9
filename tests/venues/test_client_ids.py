"""What a client id is worth: at one exchange for ever, at another while the order is open."""

from decimal import Decimal

from tests.venues.desk import FUTURES_NEAR, SPOT_NEAR, UPBIT_NEAR, Desk
from trader.domain.order import Kind, Side
from trader.domain.outcome import Question
from trader.venues.faults import NoFaults

LIMIT = Kind.LIMIT


def test_on_binance_the_same_id_buys_twice_once_the_first_order_is_filled() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000")
    desk.buy("0.1", id="same")
    assert desk.buy("0.1", id="same")[-1] == "same filled: filled"
    assert desk.held == "0.1998"
    assert len(desk.venue.books.orders.everything()) == 2  # and the books show both


def test_on_binance_an_id_is_taken_while_its_order_is_open() -> None:
    for profile, code in ((SPOT_NEAR, "-2010"), (FUTURES_NEAR, "-4116")):
        desk = Desk(profile, 20_000, cash="10000")
        desk.buy("0.1", LIMIT, price="19000", id="same")
        (told,) = desk.buy("0.1", LIMIT, price="19000", id="same")
        assert told.startswith(f"same unknown: {code}")  # proof of an order: to be asked for
        assert len(desk.report().open_orders) == 1


def test_on_upbit_an_id_is_never_taken_twice() -> None:
    desk = Desk(UPBIT_NEAR, 30_000_000, cash="1000000")
    desk.buy("1", cost="10000", id="same")
    (told,) = desk.buy("1", cost="10000", id="same")
    assert told.startswith("same unknown: duplicate_identifier")
    assert len(desk.venue.books.orders.everything()) == 1


def test_on_upbit_even_a_refused_order_uses_its_id_up() -> None:
    desk = Desk(UPBIT_NEAR, 30_000_000, cash="1000000")
    desk.buy("1", cost="10", id="same")
    (told,) = desk.buy("1", cost="10000", id="same")
    assert told.startswith("same unknown")
    assert desk.ask("same") == ["same not found"]


def test_an_order_can_be_asked_for_and_tells_everything_that_happened() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000")
    heard = desk.buy("0.1")
    assert desk.ask("a") == heard
    assert desk.ask("nobody's") == ["nobody's not found"]


def test_a_new_order_can_stay_invisible_for_a_while() -> None:
    class Hiding(NoFaults):
        def hidden(self, order_id: str) -> int:
            return 2_000

    desk = Desk(SPOT_NEAR, 20_000, cash="10000", faults=Hiding())
    desk.venue.advance(desk.now)
    desk.send(Side.BUY, "0.1", LIMIT, price="19000")
    desk.venue.advance(desk.now + 500)
    assert desk.heard() == ["a open o1"]
    assert (desk.ask("a"), desk.report().open_orders) == (["a not found"], ())
    desk.price(20_000)
    desk.price(20_000)
    desk.venue.advance(desk.now + 500)
    desk.venue.ask(Question("order", "a"))
    desk.venue.advance(desk.now + 900)
    assert desk.heard() == ["a open o1"]


def test_what_somebody_else_trades_is_in_the_holdings_and_the_foreign_sales() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000")
    desk.buy("0.1")
    desk.venue.trade_by_hand(desk.key, Side.SELL, Decimal("0.04"))
    assert desk.heard() == []  # nobody tells the bot
    report = desk.report()
    assert report.foreign_sales == ((desk.key, Decimal("0.04"), Decimal(20_000)),)
    assert report.holdings[0].quantity == Decimal("0.0599")
    assert [order.order_id for order in report.recent] == ["a"]


def test_a_report_goes_back_to_the_one_before_and_a_minute_more() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000")
    desk.buy("0.1")
    seen = []
    for _ in range(3):
        seen.append(len(desk.report().recent))
        desk.now += 70_000
        desk.price(20_000)
    assert seen == [1, 1, 0]


def test_orders_that_ended_long_ago_are_forgotten_but_live_ones_never() -> None:
    desk = Desk(SPOT_NEAR, 20_000, cash="10000", remember=2)
    desk.buy("0.01", LIMIT, price="19000")
    for _ in range(3):
        desk.buy("0.01")
    assert [desk.ask(name)[0] for name in "abcd"] == [
        "a open o1",
        "b not found",
        "c open o4",
        "d open o6",
    ]
