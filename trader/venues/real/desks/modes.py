"""What an account of contracts must be set to before an entry: one-way, isolated, our leverage."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from trader.domain.errors import VenueError, VenueRefused
from trader.domain.order import Order
from trader.domain.time import MINUTE, SECOND, Millis
from trader.venues.real.asking import market_of
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.line import Ears, Line
from trader.venues.real.offers import NotOffered, Offers
from trader.venues.real.reading import futures as reading

LASTS = 10 * MINUTE  # the user may change a setting meanwhile
FRESH = 30 * SECOND  # what a report told so lately need not be asked before it is changed


class Modes:
    """Sets what is not as it should be, reads it back, and remembers it for a while."""

    def __init__(self, line: Line, ears: Ears, offers: Offers) -> None:
        self._line = line
        self._offers = offers
        self._ears = ears
        self._one_way_at: Millis = -LASTS
        self._set: dict[str, tuple[int, Millis]] = {}  # market -> leverage, read back at
        self._told: Mapping[str, tuple[int, str]] = {}  # market -> leverage and margin
        self._told_at: Millis = -LASTS

    async def ready(self, order: Order) -> None:
        """Raises `VenueRefused` with the remedy when the account cannot be set so."""
        if self._ears.now() - self._one_way_at >= LASTS:
            await self._one_way()
        market = market_of(order.key)
        leverage, at = self._set.get(market, (0, -LASTS))
        if leverage != order.leverage or self._ears.now() - at >= LASTS:
            self._set.pop(market, None)
            await self._isolated(market, order.leverage)

    def heard(self, config: Mapping[str, tuple[int, str]]) -> None:
        """What a report read anyway: an entry at that leverage need not ask again."""
        now = self._ears.now()
        self._told, self._told_at = config, now
        for market, (leverage, margin) in config.items():
            if margin == "ISOLATED":
                self._set[market] = leverage, now
            else:
                self._set.pop(market, None)

    async def foresee(self) -> None:
        """Look in time what an entry would have to wait for; changes nothing, whatever is found."""
        now = self._ears.now()
        if now - self._one_way_at >= LASTS // 2:
            with suppress(VenueError):
                if not await self._hedged():
                    self._one_way_at = now

    async def _one_way(self) -> None:
        if await self._hedged():
            off = Call("fapiPrivatePostPositionSideDual", {"dualSidePosition": "false"})
            await self._change(off, "switch the account to one-way mode (no hedge mode)")
            if await self._hedged():
                raise VenueRefused("the account is still in hedge mode; switch it to one-way mode")
        self._one_way_at = self._ears.now()

    async def _hedged(self) -> bool:
        """Where nobody tells, one-way is believed: in hedge mode our orders are refused."""
        asking = self._offers.first(*reading.MODES, urgency=Urgency.TRADE)
        told = await self._offers.unless_missing(asking, dict, "one-way mode is taken for granted")
        return bool(told) and reading.hedged(told)

    async def _isolated(self, market: str, wanted: int) -> None:
        fresh = self._ears.now() - self._told_at <= FRESH and market in self._told
        leverage, margin = self._told[market] if fresh else await self._config(market)
        if margin != "ISOLATED":
            isolated = {"symbol": market, "marginType": "ISOLATED"}
            remedy = f"set {market} to isolated margin when it has no position and no orders"
            await self._change(Call("fapiPrivatePostMarginType", isolated), remedy)
        if leverage != wanted:
            levered = {"symbol": market, "leverage": wanted}
            remedy = f"allow leverage {wanted} for {market}, or lower MAX_LEVERAGE"
            await self._change(Call("fapiPrivatePostLeverage", levered), remedy)
        if await self._config(market) != (wanted, "ISOLATED"):
            raise VenueRefused(f"{market} cannot be set to isolated margin and leverage {wanted}")
        self._set[market] = wanted, self._ears.now()

    async def _config(self, market: str) -> tuple[int, str]:
        """By whichever question tells it of this market."""
        for call in reading.CONFIGS:
            asked = replace(call, params={"symbol": market})
            with suppress(NotOffered):
                found = reading.leverages(await self._line.read(asked, Urgency.TRADE))
                if market in found:
                    return found[market]
        raise VenueRefused(f"the exchange tells no leverage for {market}")

    async def _change(self, call: Call, remedy: str) -> None:
        try:
            await self._line.change(call, Urgency.TRADE)
        except VenueRefused as no:
            raise VenueRefused(f"the exchange said {no}; {remedy} in Binance's settings") from no
