"""Which desk speaks to which exchange, and who sees to its dust."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.desks.dust import Dust, Kept, ToBnb
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

DUST: Mapping[str, Callable[[Line, Callable[[str], Awaitable[Decimal]], Ears], Dust]] = {
    UPBIT: Kept,
    BINANCE_SPOT: ToBnb,
    BINANCE_FUTURES: Kept,
}
