"""The desk for Binance's spot market: single orders, and lists of two that end each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from trader.domain.events import Holding, VenueReported
from trader.domain.instrument import BINANCE_SPOT
from trader.domain.money import ZERO
from trader.domain.order import Kind, Order, Status
from trader.domain.time import Millis
from trader.venues.real.asking import ABOVE, BELOW, REQUESTS, key_of, market_of, prices_of
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.desks.binance import SPOT_ORDER, Ledger
from trader.venues.real.desks.findings import Findings
from trader.venues.real.desks.moving import Moving
from trader.venues.real.desks.oddities import Oddities, newest
from trader.venues.real.desks.pages import read_pages
from trader.venues.real.desks.ports import Account, Own, believed, stand_in
from trader.venues.real.line import Ears, Line, NotThere
from trader.venues.real.offers import NotOffered, nothing
from trader.venues.real.reading import binance as reading
from trader.venues.real.reading import spot
from trader.venues.real.reading.fields import Row, moment, number, row, rows, text
from trader.venues.real.told import Told


class SpotDesk:
    """See `Desk`."""

    def __init__(self, line: Line, own: Own, ears: Ears) -> None:
        self._line = line
        self._own = own
        self._ears = ears
        self.oddities = Oddities(own.venue, ears)
        self._ledger = Ledger(line, own, ears, self.oddities, SPOT_ORDER)
        self._moving = Moving(own, ears.now)

    async def ready(self, order: Order) -> None:
        """There are no modes to set."""

    async def taken(self, order: Order, body: Any) -> Told:
        """Read the answer to a request that was accepted; an order's answer holds its trades."""
        of = row(body, "an order")
        if order.kind is Kind.OCO:
            at = moment(of, "transactionTime")
            told = Told(order.id, "l" + text(of, "orderListId"), Status.OPEN, ZERO, at)
            return self._own.heard(told)
        told = reading.order(of, order.id)
        self._ledger.note(of, ours=True)
        timed = [{**trade, "time": told.at} for trade in rows(of.get("fills") or [], "trades")]
        fills = await self._ledger.fills(timed, order.id, order.key, order.side)
        return self._own.heard(
            Told(told.order_id, told.venue_id, told.status, told.filled, told.at, fills)
        )

    async def find(self, order: Order) -> Told | None:
        """By our client id."""
        try:
            body = await self._line.read(REQUESTS[BINANCE_SPOT].look_up(order), Urgency.TRADE)
        except NotThere:
            return None
        except NotOffered:
            if order.kind is not Kind.OCO:
                raise
            return await self._legs(order)
        if order.kind is not Kind.OCO:
            of = row(body, "an order")
            return self._own.heard(await self._ledger.filled(of, order.key, order.id))
        return self._own.heard(await self._list(body, order.id))

    async def _list(self, body: Any, order_id: str) -> Told:
        """A list with both its legs: either may have filled."""
        _, legs = spot.legs_of(body, order_id)
        told, quantity = [], ZERO
        for leg in legs:
            key = key_of(BINANCE_SPOT, text(leg, "symbol"), spot.QUOTE) or ""
            venue_id, name = text(leg, "orderId"), text(leg, "clientOrderId")
            of = await self._ledger.read_order(key, venue_id)
            quantity = number(of, "origQty")
            told.append(await self._ledger.filled(of, key, order_id, name, venue_id))
        return spot.joined(body, told, quantity)

    async def _legs(self, order: Order) -> Told | None:
        """A list put together from its legs, by their own names."""
        found = []
        for leg in (ABOVE, BELOW):
            named = replace(order, id=order.id + leg, kind=Kind.MARKET)
            try:
                body = await self._line.read(REQUESTS[BINANCE_SPOT].look_up(named), Urgency.TRADE)
            except NotThere:
                continue
            found.append(row(body, "an order"))
        return await self._list(spot.list_of(found, order.id), order.id) if found else None

    async def price(self, key: str) -> Decimal:
        """The last price."""
        asked = prices_of(BINANCE_SPOT, key)
        return reading.price(await self._ledger.offers.first(*asked, urgency=Urgency.TRADE))

    async def report(self, since: Millis) -> VenueReported:
        """Open orders, balances, ended orders, and trades last: no gap is left between them.

        Markets in which nothing moved since the last report are not asked about again.
        """
        findings = Findings(self._own, self.oddities)
        body = await self._line.read(Call("privateGetOpenOrders"))
        opened = self.oddities.rows(body, "open orders")
        cash, free, holdings = await believed(self._account, self._ears.sleep)
        keys = self._moved(holdings, since) | self._ledger.busy(opened)
        ended = [of for key in sorted(keys) for of in await self._orders(key, since)]
        for of in newest([*opened, *ended], "symbol", "orderId"):
            with findings.leaving_out(of, "clientOrderId"):
                await self._look(of, findings)
        await findings.ask_alone(self)
        for key in sorted(keys):
            findings.sales += (await self._ledger.others(key, since, both=False)).sales
        self._moving.told(holdings)
        return findings.reported((cash, free), holdings, self._ears.now())

    async def _account(self) -> Account:
        return spot.balances(await self._line.read(Call("privateGetAccount")))

    def _moved(self, holdings: Iterable[Holding], since: Millis) -> set[str]:
        """Our markets whose coins are not what they were; the first time those of the journal."""
        found = self._moving.keys(holdings)
        return found | self._own.recalled(since) if self._moving.first else found

    async def _orders(self, key: str, since: Millis) -> list[Row]:
        asked = {"symbol": market_of(key), "startTime": since}
        asking = read_pages(self._line, self.oddities, Call("privateGetAllOrders", asked), "time")
        why = "orders that ended are asked for one by one"
        return await self._ledger.offers.unless_missing(asking, nothing, why)

    async def _look(self, of: Row, findings: Findings) -> None:
        """An order of ours, or a leg of a list of ours, with trades."""
        name = text(of, "clientOrderId")
        key = key_of(BINANCE_SPOT, text(of, "symbol"), spot.QUOTE)
        ours = key is not None and self._own.claims(name)
        self._ledger.note(of, ours=ours)
        if key is None or not ours:
            return
        if of.get("orderListId", -1) == -1:
            await findings.look(self._single(of, key, name), name)
        elif name[-1] in (ABOVE, BELOW) and not _seen(name[:-1], findings):
            whole = self._own.orders.get(name[:-1]) or stand_in(name[:-1], key, Kind.OCO)
            await findings.look(self.find(whole), whole.id)

    async def _single(self, of: Row, key: str, name: str) -> Told:
        return self._own.heard(await self._ledger.filled(of, key, name))


def _seen(order_id: str, findings: Findings) -> bool:
    return order_id in findings.open or order_id in findings.recent
