"""Filters of a market: which numbers an order may carry, and how a wrong one is refused."""

from __future__ import annotations

from decimal import Decimal

from tests.exchanges.binance.errors import FUTURES_PRECISION, Refusal, refused
from tests.exchanges.binance.listings import Listing, decimals

MAX_PRICE = Decimal(1_000_000)
MAX_ORDERS = 200


def failed(name: str) -> Refusal:
    """-1013 with the filter's name."""
    return refused(-1013, name)


def spot_precision(name: str, value: Decimal) -> None:
    """Raises -1111 for more than the eight places that every spot asset has."""
    if decimals(value) > 8:
        raise refused(-1111, name)


def spot_price(listing: Listing, name: str, price: Decimal) -> None:
    """PRICE_FILTER, of limit and stop prices alike."""
    spot_precision(name, price)
    if not listing.tick <= price <= MAX_PRICE or price % listing.tick:
        raise failed("PRICE_FILTER")


def spot_percent(listing: Listing, price: Decimal, average: Decimal) -> None:
    """PERCENT_PRICE_BY_SIDE around the average price of the last minutes."""
    low, high = listing.percent
    if not average * low <= price <= average * high:
        raise failed("PERCENT_PRICE_BY_SIDE")


def spot_lot(listing: Listing, quantity: Decimal, *, market: bool) -> None:
    """LOT_SIZE, and MARKET_LOT_SIZE of a market order."""
    spot_precision("quantity", quantity)
    if not listing.least <= quantity <= listing.most or quantity % listing.step:
        raise failed("LOT_SIZE")
    if market and quantity > listing.market_most:
        raise failed("MARKET_LOT_SIZE")


def spot_notional(listing: Listing, value: Decimal) -> None:
    """NOTIONAL: the least value of an order in the quote currency."""
    if value < listing.notional:
        raise failed("NOTIONAL")


def contract_price(listing: Listing, price: Decimal) -> None:
    """Tick and precision of a contract's price."""
    if decimals(price) > decimals(listing.tick):
        raise refused(-1111, text=FUTURES_PRECISION)
    if price % listing.tick:
        raise refused(-4014)


def contract_percent(listing: Listing, side: str, price: Decimal, mark: Decimal) -> None:
    """PERCENT_PRICE: a limit buy not above, a limit sell not below, the mark's multiple."""
    low, high = listing.percent
    if side == "BUY" and price > mark * high:
        raise refused(-4016)
    if side == "SELL" and price < mark * low:
        raise refused(-4024)


def contract_lot(listing: Listing, quantity: Decimal, *, market: bool) -> None:
    """Step, precision and range of a contract's quantity."""
    if decimals(quantity) > decimals(listing.step):
        raise refused(-1111, text=FUTURES_PRECISION)
    if quantity < listing.least:
        raise refused(-4003)
    if quantity > (listing.market_most if market else listing.most):
        raise refused(-4005)
    if quantity % listing.step:
        raise refused(-4023)


def contract_notional(listing: Listing, value: Decimal) -> None:
    """-4164: the least value of an order that is not reduce-only."""
    if value < listing.notional:
        raise refused(-4164, f"{listing.notional:.1f}".removesuffix(".0"))
