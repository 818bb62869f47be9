"""Private questions about orders: place, look up, cancel, list."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.exchanges.core.accounts import ShortOfFundsError
from tests.exchanges.core.orders import Order, State
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked
from tests.exchanges.upbit.asking import wanted
from tests.exchanges.upbit.candles import WEEK
from tests.exchanges.upbit.records import detailed, listed, record
from tests.exchanges.upbit.words import RefusedError, moment, side_of, state_of, text

RATE = Decimal("0.0005")


@dataclass
class Trading:
    """The order desk. Identifiers are used up by every attempt, whatever became of it.

    `duplicate`: name of the refusal of a used identifier, which the documentation does not give.
    `slow_cancels`: cancels are taken but nothing is cancelled until `cancel_now()`.
    """

    truth: Truth
    duplicate: str = "duplicated_identifier"
    slow_cancels: bool = False
    used: set[str] = field(default_factory=set)
    cancelling: list[Order] = field(default_factory=list)

    def place(self, asked: Asked) -> Answer:
        """`POST /v1/orders`: the order as it was taken, before anything is filled."""
        order = self._checked(asked.fields)
        try:
            self.truth.accept(order)
        except ShortOfFundsError:
            raise RefusedError(f"insufficient_funds_{side_of(order)}") from None
        answer = Answer(record(order, RATE), 201)
        self.truth.match(order)
        return answer

    def check(self, asked: Asked) -> Answer:
        """`POST /v1/orders/test`: the same without an order."""
        order, market = wanted(asked.fields, self.truth.markets)
        asset = market.quote if order.side == "buy" else market.base
        needed = order.quantity if order.side == "sell" else order.cost or Decimal(0)
        if self.truth.accounts.of(asset).free < (needed or 0):
            raise RefusedError(f"insufficient_funds_{side_of(order)}")
        order.uid, order.created = self.truth.uid(0), self.truth.clock.now()
        return Answer(record(order, RATE), 201)

    def _checked(self, fields: dict[str, Any]) -> Order:
        identifier = str(fields.get("identifier") or "")
        if identifier in self.used:
            raise RefusedError(self.duplicate)
        if identifier:
            self.used.add(identifier)
        return wanted(fields, self.truth.markets)[0]

    def show(self, asked: Asked) -> Answer:
        """`GET /v1/order` by uuid or identifier, with its fills."""
        return Answer(detailed(self._found(asked), RATE))

    def cancel(self, asked: Asked) -> Answer:
        """`DELETE /v1/order`: taken, not done; the answer shows the order still open."""
        order = self._found(asked)
        if not order.is_open:
            raise RefusedError("order_not_found")
        answer = Answer(record(order, RATE))
        if self.slow_cancels:
            self.cancelling.append(order)
        else:
            self.truth.end(order, State.CANCELED)
        return answer

    def cancel_now(self) -> None:
        """What was asked to be cancelled is, unless it was filled in the meantime."""
        with self.truth.lock:
            for order in self.cancelling:
                if order.is_open:
                    self.truth.end(order, State.CANCELED)
            self.cancelling.clear()

    def _found(self, asked: Asked) -> Order:
        fields = asked.fields
        uuid, identifier = fields.get("uuid"), fields.get("identifier")
        if not uuid and not identifier:
            raise RefusedError("validation_error", "uuid or identifier is missing")
        for order in self.truth.seen():
            if order.uid == uuid if uuid else order.client_id == identifier:
                return order
        raise RefusedError("order_not_found")

    def open_orders(self, asked: Asked) -> Answer:
        """`GET /v1/orders/open`, newest first unless asked otherwise."""
        found = [order for order in self._of_market(asked) if order.is_open]
        return self._page(asked, found, 100)

    def closed_orders(self, asked: Asked) -> Answer:
        """`GET /v1/orders/closed`: created within seven days at most, a thousand at most."""
        states = asked.many("states[]") or asked.many("state") or ["done", "cancel"]
        since, until = self._window(asked)
        if until - since > WEEK:
            raise RefusedError("validation_error", "start_time and end_time are too far apart")
        found = [
            order
            for order in self._of_market(asked)
            if not order.is_open and state_of(order) in states and since <= order.created <= until
        ]
        return self._page(asked, found, 1_000)

    def _window(self, asked: Asked) -> tuple[int, int]:
        fields = asked.fields
        since = moment(fields["start_time"]) if "start_time" in fields else None
        if "end_time" in fields:
            until = moment(fields["end_time"])
        else:
            until = self.truth.clock.now() if since is None else since + WEEK
        return (until - WEEK if since is None else since), until

    def by_ids(self, asked: Asked) -> Answer:
        """`GET /v1/orders/uuids` with `uuids[]` or `identifiers[]`, a hundred at most."""
        uuids, identifiers = asked.many("uuids[]"), asked.many("identifiers[]")
        if bool(uuids) == bool(identifiers) or len(uuids + identifiers) > 100:
            raise RefusedError("validation_error", "uuids or identifiers, 100 at most")
        found = [o for o in self._of_market(asked) if o.uid in uuids or o.client_id in identifiers]
        return self._page(asked, found, 100)

    def _of_market(self, asked: Asked) -> list[Order]:
        market = asked.fields.get("market")
        return [order for order in self.truth.seen() if market in {None, order.symbol}]

    def _page(self, asked: Asked, found: list[Order], most: int) -> Answer:
        fields = asked.fields
        ordered = found if fields.get("order_by") == "asc" else found[::-1]
        size = min(most, int(fields.get("limit", 100)))
        first = (int(fields.get("page", 1)) - 1) * size
        return Answer([listed(order, RATE) for order in ordered[first : first + size]])

    def chance(self, asked: Asked) -> Answer:
        """`GET /v1/orders/chance?market=KRW-BTC`: fees, minimum, both balances."""
        market = self.truth.markets.get(str(asked.fields.get("market")))
        if market is None:
            raise RefusedError("notfoundmarket")
        rate = text(RATE)
        return Answer({
            "bid_fee": rate, "ask_fee": rate, "maker_bid_fee": rate, "maker_ask_fee": rate,
            "market": _terms(market.symbol, market.base, market.quote, market.extra),
        })  # fmt: skip


def _terms(symbol: str, base: str, quote: str, extra: dict[str, Any]) -> dict[str, Any]:
    types = ["limit", "best_fok", "best_ioc", "limit_fok", "limit_ioc"]
    return {
        "id": symbol, "name": f"{base}/{quote}", "order_types": ["limit"],
        "order_sides": ["ask", "bid"], "bid_types": [*types, "price"],
        "ask_types": [*types, "market"], "bid": {"currency": quote, "min_total": "5000"},
        "ask": {"currency": base, "min_total": "5000"}, "max_total": "1000000000",
        "state": "offline" if extra.get("offline") else "active",
    }  # fmt: skip
