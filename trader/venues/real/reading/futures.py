"""Answers of Binance's contracts: conditional orders, positions, funding, modes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from trader.domain.events import FundingCharged, Holding
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.money import ZERO
from trader.domain.order import Status
from trader.venues.real.asking import key_of
from trader.venues.real.calling import Call
from trader.venues.real.reading import binance
from trader.venues.real.reading.fields import (
    Strange,
    moment,
    number,
    row,
    rows,
    signed,
    text,
)
from trader.venues.real.told import Told

QUOTE = binance.QUOTE
# Questions that tell the same, the one that tells it best first.
WALLETS = tuple(
    Call(method)
    for method in (
        "fapiPrivateV3GetBalance", "fapiPrivateV2GetBalance",
        "fapiPrivateV3GetAccount", "fapiPrivateV2GetAccount",
    )
)  # fmt: skip
POSITIONS = (Call("fapiPrivateV3GetPositionRisk"), Call("fapiPrivateV2GetPositionRisk"))
CONFIGS = (Call("fapiPrivateGetSymbolConfig"), Call("fapiPrivateV2GetPositionRisk"))
MODES = (Call("fapiPrivateGetPositionSideDual"), Call("fapiPrivateGetAccountConfig"))
# FINISHED tells how the child ended, not that it traded; TRIGGERING has no child yet
_WAITING = {"NEW": Status.OPEN, "TRIGGERING": Status.OPEN, "TRIGGERED": Status.OPEN}
_GONE = {"CANCELED": Status.CANCELED, "EXPIRED": Status.CANCELED, "REJECTED": Status.REJECTED}


def child_of(body: Any) -> str:
    """The order that a triggered conditional order became, by Binance's id; empty: none yet."""
    found = row(body, "a conditional order").get("actualOrderId")
    return "" if found in (None, "", "0", 0) else str(found)


def conditional(body: Any, order_id: str = "", child: Told | None = None) -> Told:
    """A conditional order as one order: once it has triggered, its child tells what became of it.

    Raises `Strange`.
    """
    of = row(body, "a conditional order")
    name = text(of, "clientAlgoId")
    if order_id and name != order_id:
        raise Strange("Binance answered with another order than was asked for")
    at = moment(of, "updateTime", "createTime")
    if child is not None:
        return Told(name, child.venue_id, child.status, child.filled, at, child.fills)
    state = text(of, "algoStatus")
    status = (_WAITING | _GONE).get(state)
    if status is None:
        raise Strange(f"Binance's conditional order is '{state}' and names no order it became")
    reason = str(of.get("failReason") or f"the conditional order was {state.lower()}")
    told = "" if status is Status.OPEN else reason
    return Told(name, "a" + text(of, "algoId"), status, ZERO, at, (), told)


def wallet(body: Any) -> tuple[Decimal, Decimal]:
    """USDT in the wallet (without open profit), and what is free of it; out of a list of balances
    or of a whole account. Raises `Strange`."""
    listed = body.get("assets") if isinstance(body, dict) else body
    for balance in rows(listed, "the balances"):
        if text(balance, "asset") == QUOTE:
            name = "balance" if "balance" in balance else "walletBalance"
            return signed(balance, name), max(ZERO, signed(balance, "availableBalance"))
    raise Strange(f"Binance's answer about the balances has no {QUOTE}")


def leverages(body: Any) -> dict[str, tuple[int, str]]:
    """Leverage and margin type (`ISOLATED`; else crossed) by market."""
    return {
        text(of, "symbol"): (int(number(of, "leverage")), text(of, "marginType").upper())
        for of in rows(body, "the markets' configuration")
    }


def positions(body: Any, set_to: Mapping[str, tuple[int, str]]) -> tuple[Holding, ...]:
    """Signed contracts with entry, liquidation price (0: the exchange tells none) and leverage."""
    found = []
    for of in rows(body, "the positions"):
        market = text(of, "symbol")
        key = key_of(BINANCE_FUTURES, market, QUOTE)
        quantity = signed(of, "positionAmt")
        if key is None or not quantity:
            continue
        leverage = set_to.get(market, (1, ""))[0]
        told = of.get("liquidationPrice") not in (None, "")
        liquidation = number(of, "liquidationPrice") if told else ZERO
        entry = number(of, "entryPrice")
        found.append(Holding(key, quantity, quantity, float(entry), float(liquidation), leverage))
    return tuple(found)


def fundings(body: Any) -> tuple[FundingCharged, ...]:
    """Funding that was charged; positive: paid by us."""
    found = {}
    for of in rows(body, "the income"):
        key = key_of(BINANCE_FUTURES, str(of.get("symbol") or ""), QUOTE)
        if of.get("incomeType") == "FUNDING_FEE" and key is not None:
            name = f"{of['symbol']}:{text(of, 'tranId')}"
            found[name] = FundingCharged(key, -signed(of, "income"), moment(of, "time"), name)
    return tuple(found.values())


def moved(body: Any) -> set[str]:
    """Markets in which money moved (trades, fees, funding)."""
    return {str(of["symbol"]) for of in rows(body, "the income") if of.get("symbol")}


def hedged(body: Any) -> bool:
    """Whether the account holds longs and shorts side by side. Raises `Strange`."""
    mode = row(body, "the position mode").get("dualSidePosition")
    if not isinstance(mode, bool):
        raise Strange("Binance's answer about the position mode cannot be read")
    return mode
