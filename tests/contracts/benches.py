"""All that is put through the contract: simulated exchanges, ideal ones, and the real adapters."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from tests.contracts.bench import Bench, SimulatedBench
from tests.contracts.real import RealBench
from tests.exchanges.binance.futures import LoopbackFutures
from tests.exchanges.binance.spot import LoopbackSpot
from tests.exchanges.upbit.exchange import LoopbackUpbit
from trader.venues.profiles import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, Profile, ideal
from trader.venues.real.connection import Keys

MARKETS = {
    "upbit": ("upbit:BTC/KRW", 30_000_000.0, Decimal("0.002")),
    "binance_spot": ("binance_spot:BTC/USDT", 20_000.0, Decimal("0.005")),
    "binance_futures": ("binance_futures:BTC/USDT", 20_000.0, Decimal("0.05")),
}
PROFILES = {p.venue: p for p in (UPBIT, BINANCE_SPOT, BINANCE_FUTURES)}


def simulated(profile: Profile) -> Bench:
    """The exchange in a box."""
    return SimulatedBench(profile, *MARKETS[profile.venue])


def real_upbit() -> Bench:
    """The adapter on the loopback Upbit."""
    server = LoopbackUpbit()
    server.truth.accounts.give("BTC", MARKETS["upbit"][2] * 100)
    return RealBench(*MARKETS["upbit"], server, Keys(server.key.access, server.key.secret))


def real_spot() -> Bench:
    """The adapter on the loopback spot market of Binance."""
    market = MARKETS["binance_spot"]
    server = LoopbackSpot({"USDT": "50000", "BTC": str(market[2] * 100)})
    return RealBench(*market, server, Keys(server.key.key, server.key.secret))


def real_futures() -> Bench:
    """The adapter on the loopback futures market of Binance."""
    server = LoopbackFutures("50000")
    return RealBench(*MARKETS["binance_futures"], server, Keys(server.key.key, server.key.secret))


BENCHES: dict[str, Callable[[], Bench]] = {
    **{name: partial(simulated, profile) for name, profile in PROFILES.items()},
    **{f"{name}_ideal": partial(simulated, ideal(p)) for name, p in PROFILES.items()},
    "upbit_real": real_upbit,
    "binance_spot_real": real_spot,
    "binance_futures_real": real_futures,
}
STRICT = [name for name in BENCHES if not name.endswith("_ideal")]
MARGIN = [name for name in BENCHES if name.startswith("binance_futures")]
