"""Rules of markets as the exchanges tell them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT, MarketRules
from trader.domain.money import ZERO
from trader.venues.real.asking import key_of
from trader.venues.real.reading.fields import Row, Strange, number, positive, row, rows, text

UPBIT_MINIMUM = Decimal(5_000)  # KRW; `orders/chance` tells it for one market at a time
UPBIT_STEP = Decimal("1e-8")


def upbit(
    instruments: Any, warned: Iterable[str] = (), minimum: Decimal = UPBIT_MINIMUM
) -> dict[str, MarketRules]:
    """By key, from `orderbook/instruments`: the tick in force at the market's price of now.

    `warned`: markets under caution. Raises `Strange`.
    """
    cautions = frozenset(warned)
    found = {}
    for of in rows(instruments, "the markets"):
        market = text(of, "market")
        key = key_of(UPBIT, market, "KRW")
        if key is not None:
            ticks = ((ZERO, positive(of, "tick_size")),)
            found[key] = MarketRules(UPBIT_STEP, minimum, ticks=ticks, warned=market in cautions)
    return found


def binance_spot(info: Any) -> dict[str, MarketRules]:
    """By key, from `exchangeInfo`; markets that are not traded now are `warned`."""
    return _binance(info, BINANCE_SPOT, ("NOTIONAL", "MIN_NOTIONAL"), "minNotional")


def binance_futures(info: Any, brackets: Any = ()) -> dict[str, MarketRules]:
    """By key, from `exchangeInfo`, perpetual contracts only; with `leverageBracket` also the
    lowest bracket's maintenance rate and leverage."""
    listed = _binance(info, BINANCE_FUTURES, ("MIN_NOTIONAL",), "notional")
    for of in rows(list(brackets), "the leverage brackets"):
        key = key_of(BINANCE_FUTURES, text(of, "symbol"), "USDT")
        if key in listed:
            listed[key] = _bracketed(listed[key], of)
    return listed


def _bracketed(rules: MarketRules, of: Row) -> MarketRules:
    steps = rows(of.get("brackets"), "a market's brackets")
    if not steps:
        raise Strange("Binance answered a market without leverage brackets")
    lowest = min(steps, key=lambda step: number(step, "notionalFloor"))
    return replace(
        rules,
        maintenance_rate=float(positive(lowest, "maintMarginRatio")),
        max_leverage=float(positive(lowest, "initialLeverage")),
    )


def _binance(
    info: Any, venue: str, minima: tuple[str, ...], minimum: str
) -> dict[str, MarketRules]:
    found = {}
    for of in rows(row(info, "the markets").get("symbols"), "the markets"):
        key = key_of(venue, text(of, "symbol"), "USDT")
        if key is None or of.get("contractType", "PERPETUAL") != "PERPETUAL":
            continue
        filters = {text(entry, "filterType"): entry for entry in rows(of.get("filters"), "filters")}
        found[key] = _filtered(filters, minima, minimum, traded=of.get("status") == "TRADING")
    return found


def _filtered(
    filters: Mapping[str, Row], minima: tuple[str, ...], minimum: str, *, traded: bool
) -> MarketRules:
    if "LOT_SIZE" not in filters or "PRICE_FILTER" not in filters:
        raise Strange("Binance answered a market without steps")
    lots, prices = filters["LOT_SIZE"], filters["PRICE_FILTER"]
    tick = number(prices, "tickSize")
    costs = [number(filters[name], minimum) for name in minima if name in filters]
    most = number(lots, "maxQty")
    return MarketRules(
        lot_step=positive(lots, "stepSize"),
        min_cost=max(costs, default=ZERO),
        min_quantity=number(lots, "minQty"),
        max_quantity=most if most else None,
        ticks=((ZERO, tick),) if tick else (),
        warned=not traded,
    )
