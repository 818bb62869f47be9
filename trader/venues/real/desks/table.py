"""Which desk speaks to which exchange."""

from collections.abc import Callable, Mapping

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.desks.futures import FuturesDesk
from trader.venues.real.desks.ports import Desk, Own
from trader.venues.real.desks.spot import SpotDesk
from trader.venues.real.desks.upbit import UpbitDesk
from trader.venues.real.line import Ears, Line

DESKS: Mapping[str, Callable[[Line, Own, Ears], Desk]] = {
    UPBIT: UpbitDesk,
    BINANCE_SPOT: SpotDesk,
    BINANCE_FUTURES: FuturesDesk,
}
