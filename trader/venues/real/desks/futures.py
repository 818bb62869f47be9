"""The desk for Binance's contracts: plain orders, and conditional ones in another register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trader.domain.events import Holding, Liquidated, VenueReported
from trader.domain.instrument import BINANCE_FUTURES
from trader.domain.order import Kind, Order
from trader.domain.time import SECOND, Millis
from trader.venues.real.asking import (
    REQUESTS,
    conditional,
    key_of,
    market_of,
    prices_of,
)
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.desks.binance import FUTURES_ORDER, Ledger
from trader.venues.real.desks.findings import Findings
from trader.venues.real.desks.modes import Modes
from trader.venues.real.desks.moving import Moving
from trader.venues.real.desks.oddities import Oddities, newest
from trader.venues.real.desks.pages import read_pages
from trader.venues.real.desks.ports import Own, stand_in
from trader.venues.real.line import Ears, Line, NotThere
from trader.venues.real.offers import NotOffered, nothing
from trader.venues.real.reading import binance as reading
from trader.venues.real.reading import futures
from trader.venues.real.reading.fields import Row, row, text
from trader.venues.real.told import Told

WHOLE_EVERY = 25 * SECOND  # registers and income; at every third report, that is
_ENDED = "orders that it would tell are asked for one by one"
_UNTOLD = {
    "fapiPrivateGetIncome": "funding is not booked",
    "fapiPrivateGetAllOrders": _ENDED,
    "fapiPrivateGetAllAlgoOrders": _ENDED,
}


class FuturesDesk:
    """See `Desk`."""

    def __init__(self, line: Line, own: Own, ears: Ears) -> None:
        self._line = line
        self._own = own
        self._ears = ears
        self.oddities = Oddities(own.venue, ears)
        self._ledger = Ledger(line, own, ears, self.oddities, FUTURES_ORDER)
        self._offers = self._ledger.offers
        self._modes = Modes(line, ears, self._offers)
        self._moving = Moving(own, ears.now)
        self._whole_at = self._reading_at = 0  # when all registers were asked for

    async def ready(self, order: Order) -> None:
        """Entries need their modes; what reduces a position goes as the account stands."""
        if not order.reduce_only:
            await self._modes.ready(order)

    async def taken(self, order: Order, body: Any) -> Told:
        """Read the answer to a request that was accepted. It holds no trades."""
        if conditional(order):
            return self._own.heard(futures.conditional(body, order.id))
        self._ledger.note(row(body, "an order"), ours=True)
        return self._own.heard(reading.order(body, order.id))

    async def find(self, order: Order) -> Told | None:
        """By our client id; a conditional order that nobody knows may be known as a plain one."""
        if conditional(order):
            told = await self._conditional(order)
            if told is not None:
                return told
            order = stand_in(order.id, order.key, Kind.MARKET)
        try:
            call = REQUESTS[BINANCE_FUTURES].look_up(order)
            of = row(await self._line.read(call, Urgency.TRADE), "an order")
        except NotThere:
            return None
        return self._own.heard(await self._ledger.filled(of, order.key, order.id))

    async def _conditional(self, order: Order) -> Told | None:
        try:
            call = REQUESTS[BINANCE_FUTURES].look_up(order)
            body = await self._line.read(call, Urgency.TRADE)
        except NotThere:
            return None
        except NotOffered:
            body = await self._listed(order)
            if body is None:
                return None
        return await self._with_child(row(body, "an order"), order.id)

    async def _listed(self, order: Order) -> Row | None:
        """A conditional order out of the lists."""
        market = market_of(order.key)
        found = await self._rows("fapiPrivateGetOpenAlgoOrders", symbol=market)
        found += await self._rows("fapiPrivateGetAllAlgoOrders", symbol=market)
        return next((of for of in found if of.get("clientAlgoId") == order.id), None)

    async def _with_child(self, of: Row, order_id: str) -> Told:
        """What a conditional order became is what counts once it has triggered."""
        child_id = futures.child_of(of)
        if not child_id:
            return self._own.heard(futures.conditional(of, order_id))
        key = key_of(BINANCE_FUTURES, text(of, "symbol"), futures.QUOTE) or ""
        child = await self._ledger.read_order(key, child_id)
        name = text(child, "clientOrderId")
        told = await self._ledger.filled(child, key, order_id, name)
        return self._own.heard(futures.conditional(of, order_id, told))

    async def price(self, key: str) -> Any:
        """The last price."""
        asked = prices_of(BINANCE_FUTURES, key)
        return reading.price(await self._offers.first(*asked, urgency=Urgency.TRADE))

    async def report(self, since: Millis) -> VenueReported:
        """Open orders of both registers, what ended where money moved, positions, trades.

        Whole registers and the income weigh most: they are asked for twice a minute. In between
        orders of ours are asked for by name, and positions tell where others traded.
        """
        findings = Findings(self._own, self.oddities)
        plain, algos, keys = await self._registers(since, findings)
        cash, free = futures.wallet(await self._offers.first(*futures.WALLETS))
        holdings = await self._positions()
        keys |= self._moving.keys(holdings)
        for key in sorted(keys):
            window = {"symbol": market_of(key), "startTime": since}
            plain += await self._known("fapiPrivateGetAllOrders", "time", **window)
            algos += await self._known("fapiPrivateGetAllAlgoOrders", "createTime", **window)
        await self._look_all(plain, algos, findings)
        await findings.ask_alone(self)
        for key in sorted(keys):
            others = await self._ledger.others(key, since, both=True)
            findings.sales += others.sales
            for fill in others.forced:
                self._ears.put(Liquidated(fill, self._ears.now()))
        if not self._moving.first:  # nobody waits for later ones
            await self._modes.foresee()
        self._moving.told(holdings)
        self._whole_at = self._reading_at
        return findings.reported((cash, free), holdings, self._ears.now())

    async def _registers(
        self, since: Millis, findings: Findings
    ) -> tuple[list[Row], list[Row], set[str]]:
        """All open orders, and markets in which something may have happened; often nothing."""
        now = self._ears.now()
        if not self._moving.first and now - self._whole_at < WHOLE_EVERY:
            return [], [], set()
        plain = await self._rows("fapiPrivateGetOpenOrders")
        algos = await self._offers.unless_missing(
            self._rows("fapiPrivateGetOpenAlgoOrders"), nothing, _ENDED
        )
        income = await self._known("fapiPrivateGetIncome", "time", startTime=since)
        self._note_fundings(income, findings)
        self._reading_at = now
        return plain, algos, self._moved(income, since) | self._ledger.busy([*plain, *algos])

    async def _look_all(self, plain: list[Row], algos: list[Row], findings: Findings) -> None:
        """Conditional orders first: what became of them bears their name."""
        for of in newest(algos, "algoId"):
            with findings.leaving_out(of, "clientAlgoId"):
                await self._look_algo(of, findings)
        for of in newest(plain, "orderId"):
            with findings.leaving_out(of, "clientOrderId"):
                await self._look(of, findings)

    def _note_fundings(self, income: Iterable[Row], findings: Findings) -> None:
        for of in income:
            with self.oddities.leaving_out(of):
                findings.fundings |= {one.id: one for one in futures.fundings([of])}

    async def _rows(self, method: str, **params: Any) -> list[Row]:
        return self.oddities.rows(await self._line.read(Call(method, params)), "the account")

    async def _known(self, method: str, stamp: str, **params: Any) -> list[Row]:
        """What helps to find orders and funding; orders of ours are asked for by name as well."""
        asking = read_pages(self._line, self.oddities, Call(method, params), stamp)
        return await self._offers.unless_missing(asking, nothing, _UNTOLD[method])

    async def _positions(self) -> tuple[Holding, ...]:
        config = futures.leverages(await self._offers.first(*futures.CONFIGS))
        self._modes.heard(config)
        risks = await self._offers.first(*futures.POSITIONS)
        return futures.positions(risks, config)

    def _moved(self, income: Iterable[Row], since: Millis) -> set[str]:
        """Our markets in which money moved; the first time also what the journal knows of."""
        moved = futures.moved(list(income))
        found = {key for key in self._own.keys if market_of(key) in moved}
        return found | self._own.recalled(since) if self._moving.first else found

    async def _look(self, of: Row, findings: Findings) -> None:
        name = text(of, "clientOrderId")
        key = key_of(BINANCE_FUTURES, text(of, "symbol"), futures.QUOTE)
        if key is None or name in findings.recent or name in findings.open:
            return  # a child that bears its parent's name was told with it
        if self._own.claims(name):
            self._own.know(stand_in(name, key, Kind.LIMIT))
            await findings.look(self._plain(of, key, name), name)

    async def _plain(self, of: Row, key: str, name: str) -> Told:
        return self._own.heard(await self._ledger.filled(of, key, name))

    async def _look_algo(self, of: Row, findings: Findings) -> None:
        name = text(of, "clientAlgoId")
        key = key_of(BINANCE_FUTURES, text(of, "symbol"), futures.QUOTE)
        if key is not None and self._own.claims(name):
            self._own.know(stand_in(name, key, Kind.STOP_MARKET))
            await findings.look(self._with_child(of, name), name)
