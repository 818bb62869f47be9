"""Which markets of a venue are worth looking at: those where most is traded."""

from collections.abc import Iterable

from trader.domain.instrument import Instrument
from trader.feeds.market import Listed

# Coins that stand for money: they do not move, or only when something is badly wrong.
STABLECOINS = frozenset(
    {"USDT", "USDC", "FDUSD", "TUSD", "BUSD", "DAI", "USDP", "USDE", "USDS", "USD1", "PYUSD"}
    | {"RLUSD", "GUSD", "USDD", "BFUSD", "XUSD", "LUSD", "FRAX", "EUR", "EURI", "AEUR", "EURC"}
)


def universe(listed: Iterable[Listed], venue: str, count: int) -> tuple[str, ...]:
    """Keys of the `count` markets of `venue` with the largest turnover of the last 24 h.

    Stablecoins, markets with a warning or about to be delisted, and markets without any trade are
    left out. Largest first; equal ones by name, so that the choice is the same in every run.
    """
    wanted = [market for market in listed if _is_wanted(market, venue)]
    wanted.sort(key=lambda market: (-market.turnover, market.key))
    return tuple(market.key for market in wanted[: max(count, 0)])


def _is_wanted(market: Listed, venue: str) -> bool:
    instrument = Instrument.parse(market.key)
    stable = instrument.base in STABLECOINS
    return instrument.venue == venue and not stable and not market.warned and market.turnover > 0.0
