"""Several venues behind one port: a request goes where its key, or its id's letter, says."""

from decimal import Decimal

from tests.venues.desk import SPOT_NEAR, UPBIT_NEAR, Desk
from trader.domain.dust import Conversion, DustConverted
from trader.domain.order import Side
from trader.domain.outcome import Question
from trader.venues.router import Router

ON_UPBIT, ON_SPOT = "aaUE-1", "aaBE-2"


def test_requests_find_their_venue() -> None:
    upbit, spot = Desk(UPBIT_NEAR, 30_000_000), Desk(SPOT_NEAR, 20_000)
    router = Router({"upbit": upbit.venue, "binance_spot": spot.venue})
    router.submit(spot.order(Side.BUY, "0.1", id=ON_SPOT))
    assert (len(spot.heard()), upbit.heard()) == (3, [])
    router.ask(Question("order", ON_UPBIT))
    assert (upbit.heard(), spot.heard()) == ([f"{ON_UPBIT} not found"], [])
    router.ask(Question("report", "upbit"))
    router.ask(Question("price", spot.key))
    assert (upbit.heard(), spot.heard()) == (["VenueReported"], ["PriceSeen"])
    router.convert(Conversion("binance_spot", ((spot.key, Decimal("0.1")),), 7))
    assert (upbit.heard(), spot.venue.drain()) == ([], [_kept(spot)])
    router.cancel(ON_SPOT)
    assert spot.heard() == [f"{ON_SPOT} still there? -2011 Unknown order sent."]


def _kept(spot: Desk) -> DustConverted:
    """A simulated exchange converts nothing."""
    why = "a simulated exchange keeps dust"
    return DustConverted("binance_spot", 7, (), why, spot.now)
