"""The desk for Upbit: everything goes by our identifier, fills come with each order."""

from decimal import Decimal
from typing import Any

from trader.domain.events import VenueReported
from trader.domain.instrument import UPBIT
from trader.domain.order import Order
from trader.domain.time import DAY, Millis
from trader.venues.real.asking import REQUESTS, prices_of
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call
from trader.venues.real.desks.findings import Findings
from trader.venues.real.desks.oddities import Oddities, newest
from trader.venues.real.desks.ports import Account, Own, believed
from trader.venues.real.line import Ears, Line, NotThere
from trader.venues.real.offers import Offers, nothing
from trader.venues.real.reading import upbit as reading
from trader.venues.real.reading.fields import Row, number, text
from trader.venues.real.told import Told

FARTHEST = 7 * DAY  # what one question about closed orders covers
_ENDED = ("done", "cancel")
_UNTOLD = "what others sell is seen only by the balance"


class UpbitDesk:
    """See `Desk`."""

    def __init__(self, line: Line, own: Own, ears: Ears) -> None:
        self._line = line
        self._own = own
        self._ears = ears
        self.oddities = Oddities(own.venue, ears)
        self._offers = Offers(UPBIT, line, ears)

    async def ready(self, order: Order) -> None:
        """There are no modes to set."""

    async def taken(self, order: Order, body: Any) -> Told:
        """Read the answer to a request that was accepted."""
        return self._own.heard(reading.order(body, order.id))

    async def find(self, order: Order) -> Told | None:
        """By our identifier."""
        try:
            body = await self._line.read(REQUESTS[UPBIT].look_up(order), Urgency.TRADE)
        except NotThere:
            return None
        return self._own.heard(reading.order(body, order.id))

    async def price(self, key: str) -> Decimal:
        """The last price."""
        asked = prices_of(UPBIT, key)
        return reading.price(await self._offers.first(*asked, urgency=Urgency.TRADE))

    async def report(self, since: Millis) -> VenueReported:
        """Open orders, ended ones, then balances."""
        findings = Findings(self._own, self.oddities)
        body = await self._line.read(Call("privateGetOrdersOpen"))
        found = self.oddities.rows(body, "open orders")
        found += await self._ended(max(since, self._ears.now() - FARTHEST + DAY // 24))
        for of in newest(found, "uuid"):
            with findings.leaving_out(of, "identifier"):
                await self._look(of, findings)
        cash, free, holdings = await believed(self._account, self._ears.sleep)
        await findings.ask_alone(self)
        return findings.reported((cash, free), holdings, self._ears.now())

    async def _ended(self, since: Millis) -> list[Row]:
        found: list[Row] = []
        for state in _ENDED:
            asked = {"state": state, "start_time": since, "limit": 1_000}
            body = await self._offers.unless_missing(
                self._line.read(Call("privateGetOrdersClosed", asked)), nothing, _UNTOLD
            )
            found += self.oddities.rows(body, "ended orders")
        return found

    async def _look(self, of: Row, findings: Findings) -> None:
        """An order of ours with its trades; what somebody else sold."""
        name = reading.identifier_of(of) or self._own.names.get(text(of, "uuid"), "")
        if not self._own.claims(name):
            sale = reading.sale(of)
            findings.sales += [] if sale is None else [sale]
        else:
            await findings.look(self._whole(of, name), name)

    async def _whole(self, of: Row, name: str) -> Told:
        """An order out of a list; once it has traded it is asked for, because of its trades."""
        body: Any = of
        if number(of, "executed_volume"):
            body = await self._line.read(Call("privateGetOrder", {"identifier": name}))
        return self._own.heard(reading.order(body, name))

    async def _account(self) -> Account:
        return reading.balances(await self._line.read(Call("privateGetAccounts")))
