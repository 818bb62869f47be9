"""The spot WebSocket API: subscribing to the user stream with a signature, and what it pushes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from tests.exchanges.binance import spot_events as events
from tests.exchanges.binance.errors import Refusal, refused
from tests.exchanges.binance.signing import Signed, in_time, socket_payload, verify
from tests.exchanges.binance.spot_desk import OrderList, SpotDesk
from tests.exchanges.core.books import Change
from tests.exchanges.core.hub import Connection, Hub

USER = "user"


@dataclass
class UserStream:
    """Connections of /ws-api/v3 and the events that subscribed ones get."""

    desk: SpotDesk
    hub: Hub
    keys: Signed

    def hear(self, connection: Connection, message: str) -> None:
        """One request of the WebSocket API."""
        asked = json.loads(message)
        try:
            result = self._result(connection, asked.get("method"), asked.get("params") or {})
        except Refusal as refusal:
            failed = {"id": asked.get("id"), "status": refusal.status, "error": refusal.body}
            self.hub.reply(connection, failed)
            return
        limits = [{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1,
                   "limit": 6000, "count": 2}]  # fmt: skip
        answer = {"id": asked.get("id"), "status": 200, "result": result, "rateLimits": limits}
        self.hub.reply(connection, answer)

    def _result(
        self, connection: Connection, method: object, params: Mapping[str, object]
    ) -> object:
        now = self.desk.truth.clock.now()
        if method == "ping":
            return {}
        if method == "time":
            return {"serverTime": now}
        if method == "userDataStream.subscribe.signature":
            self._proven(params)
            connection.topics.add(USER)
            return {"subscriptionId": connection.about.setdefault("subscription", 0)}
        if method == "userDataStream.unsubscribe":
            connection.topics.discard(USER)
            return {}
        raise refused(-1000)

    def _proven(self, params: Mapping[str, object]) -> None:
        """The same proof as of a REST request, the key among the parameters."""
        holder = self.keys.holder(str(params.get("apiKey", "")))
        plain = {name: str(value) for name, value in params.items()}
        in_time(plain, self.desk.truth.clock.now())
        payload, signature = socket_payload(params)
        verify(holder.secret, payload, signature)

    def on(self, change: Change) -> None:
        """What the books tell, to whoever subscribed."""
        now, truth = self.desk.truth.clock.now(), self.desk.truth
        if change.kind == "balance":
            self.push(events.position(truth.accounts, change.assets, now))
        if change.kind != "order" or change.order is None:
            return
        report = events.execution(change.order, change.trade, now)
        if report is not None:
            self.push(report)
        made = self.desk.list_of(change.order)
        if made is not None and (not made.is_open or _begins(made, change)):
            self.push(events.list_status(made, now))

    def push(self, event: dict[str, object]) -> None:
        """One event, in the envelope of the WebSocket API; not when its kind is muted."""
        if event["e"] in self.hub.muted:
            self.hub.kept_back += self.hub.listening(USER)
            return
        self.hub.push(USER, {"subscriptionId": 0, "event": event})

    def terminate(self) -> None:
        """The subscription ends by the exchange's will; the connection stays open."""
        now = self.desk.truth.clock.now()
        self.push({"e": "eventStreamTerminated", "E": now})
        for connection in tuple(self.hub.connections):
            connection.topics.discard(USER)


def _begins(made: OrderList, change: Change) -> bool:
    """Whether this change is the last leg's entry into the book."""
    order = change.order
    assert order is not None
    numbers = [leg.number for leg in made.legs]
    entered = order.is_open and not order.triggered and not order.filled
    return entered and all(numbers) and order.number == max(numbers)
