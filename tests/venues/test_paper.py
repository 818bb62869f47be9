"""Paper's hands: the embedded exchange acts, a second price comes from the real one."""

from __future__ import annotations

from trader.domain.dust import Conversion
from trader.domain.outcome import Question
from trader.venues.paper import PaperVenue
from trader.venues.profiles import UPBIT, ideal
from trader.venues.simulated import SimulatedVenue


def test_reports_come_from_the_embedded_exchange_and_second_prices_do_not() -> None:
    embedded, confirmed = SimulatedVenue(ideal(UPBIT)), list[str]()
    embedded.on_price("upbit:BTC/KRW", 100.0, 1)
    embedded.drain()
    venue = PaperVenue(embedded, confirmed.append)
    venue.ask(Question("price", "upbit:BTC/KRW"))
    assert (confirmed, embedded.drain()) == (["upbit:BTC/KRW"], [])
    venue.ask(Question("report", "upbit"))
    venue.cancel("aaUE-1")
    venue.convert(Conversion("upbit", (), 7))
    told = [type(event).__name__ for event in embedded.drain()]
    assert told == ["VenueReported", "CancelFailed", "DustConverted"]
