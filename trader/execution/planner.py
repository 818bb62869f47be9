"""From permission to order: what is sent for an entry, an exit, a protection, by capability."""

import math
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from trader.domain.instrument import MarketRules
from trader.domain.money import exact
from trader.domain.order import Kind, Order, Purpose, Side
from trader.domain.position import Direction, Position
from trader.domain.time import Millis
from trader.risk.sizing import quantity_of
from trader.risk.verdict import Approved

PURPOSE = {
    "liquidation_guard": Purpose.GUARD,
    "emergency_stop": Purpose.EMERGENCY,
    "stop_loss": Purpose.STOP,
    "trailing_stop": Purpose.STOP,
    "take_profit": Purpose.TAKE_PROFIT,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when an order is made. `id` is its client id, `candle` the current one's start."""

    id: str
    rules: MarketRules
    at: Millis
    candle: Millis
    margin: bool
    by_cost: bool


def entry(approved: Approved, place: Place) -> Order:
    """The market order of an approved entry. Nothing but an `Approved` becomes one."""
    request = approved.request
    quantity = quantity_of(approved.lots, place.rules.lot_step)
    buying = request.d > 0
    cost = None
    if place.by_cost and buying:
        cost = (quantity * exact(request.price)).quantize(Decimal(1), ROUND_DOWN)
    return Order(
        id=place.id,
        key=request.key,
        side=Side.BUY if buying else Side.SELL,
        kind=Kind.MARKET,
        purpose=Purpose.ENTRY,
        quantity=quantity,
        cost=cost,
        position_id=place.id,
        strategy=request.strategy,
        reason="entry",
        created_at=place.at,
        decided_price=request.price,
        leverage=math.ceil(approved.leverage - 1e-9) if place.margin else 1,
        updated_at=place.at,
        atr=request.atr,
        exact_leverage=approved.leverage,
        candle=place.candle,
    )


def exit_order(
    position: Position, quantity: Decimal, reason: str, price: float, place: Place
) -> Order:
    """The market order that ends a position; on margin venues it can only reduce."""
    return Order(
        id=place.id,
        key=position.key,
        side=Side.SELL if position.direction is Direction.LONG else Side.BUY,
        kind=Kind.MARKET,
        purpose=PURPOSE.get(reason, Purpose.EXIT),
        quantity=quantity,
        position_id=position.id,
        strategy=position.strategy,
        reason=reason,
        created_at=place.at,
        decided_price=price,
        reduce_only=place.margin,
        leverage=math.ceil(position.leverage - 1e-9) if place.margin else 1,
        updated_at=place.at,
        exact_leverage=position.leverage,
        candle=place.candle,
    )


def guards(
    position: Position, levels: tuple[float, float], how: tuple[str, str], place: Place
) -> tuple[Order, ...]:
    """Orders that protect a position on the exchange. `levels`: stop and target (NaN: none).

    `how`: the venue's kind of protection, and which exit the stop stands for.
    `oco`: one list of both, or a lone stop. `conditional`: two reduce-only orders, which the
    venue does not link: the survivor is cancelled by us.
    """
    stop, target = levels
    kind, reason = how
    quantity = position.quantity // place.rules.lot_step * place.rules.lot_step
    base = exit_order(position, quantity, reason, stop, place)
    stop_price = on_tick(stop, place.rules, up=position.direction is Direction.LONG)
    if kind == "oco" and not math.isnan(target):
        price = on_tick(target, place.rules, up=position.direction is Direction.LONG)
        return (
            replace(
                base, kind=Kind.OCO, purpose=Purpose.BRACKET, price=price, stop_price=stop_price
            ),
        )
    lone = replace(base, kind=Kind.STOP_MARKET, purpose=Purpose.STOP, stop_price=stop_price)
    if kind == "oco" or math.isnan(target):
        return (lone,)
    price = on_tick(target, place.rules, up=position.direction is Direction.LONG)
    other = replace(
        base,
        id=place.id + "t",
        kind=Kind.TAKE_PROFIT_MARKET,
        purpose=Purpose.TAKE_PROFIT,
        reason="take_profit",
        stop_price=price,
    )
    return lone, other


def on_tick(price: float, rules: MarketRules, *, up: bool) -> Decimal:
    """A price on the market's tick, towards safety: the caller says which side that is."""
    wanted = exact(price)
    tick = rules.tick_at(wanted)
    if tick is None:
        return wanted
    return (wanted / tick).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) * tick
