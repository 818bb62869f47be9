"""The loopback Upbit: its paths, its limits, its words for trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tests.exchanges.core.budgets import Budgets, Limit
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.hub import Connection, Hub
from tests.exchanges.core.market import Market
from tests.exchanges.core.orders import State
from tests.exchanges.core.server import Server
from tests.exchanges.core.settlement import Spot
from tests.exchanges.core.truth import Truth
from tests.exchanges.core.wire import Answer, Asked, Handler, Route
from tests.exchanges.upbit.keys import ACCOUNTS, DEPOSITS, ORDERS, TRADES, WITHDRAWALS, Gate, Key
from tests.exchanges.upbit.owning import Owning
from tests.exchanges.upbit.quotation import Quotation
from tests.exchanges.upbit.streams import PRIVATE, PUBLIC, Streams
from tests.exchanges.upbit.ticks import tick_at
from tests.exchanges.upbit.trading import RATE, Trading
from tests.exchanges.upbit.words import RefusedError, error, uuid

LIMITS = {
    "market": Limit(10, 1_000), "candles": Limit(10, 1_000), "trades": Limit(10, 1_000),
    "ticker": Limit(10, 1_000), "orderbook": Limit(10, 1_000), "default": Limit(30, 1_000),
    "order": Limit(12, 1_000), "websocket-connect": Limit(5, 1_000), "origin": Limit(1, 10_000),
}  # fmt: skip
_TROUBLE = {
    Trouble.LIMITED: (429, "too_many_requests", "Too many API requests."),
    Trouble.MAINTENANCE: (503, "server_maintenance", "서버 점검 중입니다."),
    Trouble.ERROR_JSON: (500, "server_error", "일시적인 오류가 발생했습니다."),
}


def _asks(group: str) -> Callable[[Asked], Mapping[str, int]]:
    """Pages of browsers say where they come from, and are hardly served at all."""
    return lambda asked: {"origin" if "Origin" in asked.headers else group: 1}


@dataclass
class Upbit:
    """What is said on `/v1` and `/websocket/v1`.

    `limited_in_json`: whether 429 and 418 come as JSON or as plain text; the documentation does
    not say, so a client must live with both.
    """

    truth: Truth
    budgets: Budgets
    hub: Hub
    keys: list[Key] = field(default_factory=lambda: [Key()])
    limited_in_json: bool = True
    routes: Sequence[Route] = ()
    streams: Mapping[str, Callable[[Connection, str], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gate = Gate(self.keys)
        self.trading = Trading(self.truth)
        self.owning = Owning(self.truth, self.keys)
        live = Streams(self.truth, self.hub, self.budgets)
        self.streams = {PUBLIC: live.hear, PRIVATE: live.hear}
        self.routes = (*self._quotation(), *self._orders(), *self._assets())

    def _quotation(self) -> list[Route]:
        public = Quotation(self.truth)
        paths: list[tuple[str, Handler, str]] = [
            ("market/all", public.listings, "market"), ("ticker", public.tickers, "ticker"),
            ("ticker/all", public.all_tickers, "ticker"), ("trades/ticks", public.trades, "trades"),
            ("candles/minutes/{unit}", public.candles, "candles"),
            ("candles/days", public.candles, "candles"),
            ("candles/weeks", public.candles, "candles"),
            ("orderbook", public.books, "orderbook"),
            ("orderbook/instruments", public.instruments, "orderbook"),
        ]  # fmt: skip
        return [
            Route("GET", f"/v1/{path}", handler, _asks(group)) for path, handler, group in paths
        ]

    def _orders(self) -> list[Route]:
        desk = self.trading
        return [
            self._private("POST", "orders", desk.place, TRADES, "order"),
            self._private("POST", "orders/test", desk.check, TRADES, "order"),
            self._private("GET", "order", desk.show, ORDERS),
            self._private("DELETE", "order", desk.cancel, TRADES),
            self._private("GET", "orders/uuids", desk.by_ids, ORDERS),
            self._private("GET", "orders/open", desk.open_orders, ORDERS),
            self._private("GET", "orders/closed", desk.closed_orders, ORDERS),
            self._private("GET", "orders/chance", self._chance, ORDERS),
        ]

    def _assets(self) -> list[Route]:
        owning = self.owning
        return [
            self._private("GET", "accounts", owning.accounts, ACCOUNTS),
            self._private("GET", "deposits", owning.deposits, DEPOSITS),
            self._private("GET", "withdraws", owning.withdrawals, WITHDRAWALS),
            self._private("GET", "withdraws/chance", owning.withdrawal_terms, WITHDRAWALS),
            self._private("GET", "api_keys", owning.api_keys, ""),
            self._private("GET", "status/wallet", owning.wallets, ""),
        ]

    def _private(
        self, method: str, path: str, handler: Handler, scope: str, group: str = "default"
    ) -> Route:
        def signed(asked: Asked) -> Answer:
            try:
                self.gate.pass_request(asked, scope, self.truth.clock.now())
                return handler(asked)
            except RefusedError as refused:
                return refused.answer()

        return Route(method, f"/v1/{path}", signed, {group: 1})

    def _chance(self, asked: Asked) -> Answer:
        answer = self.trading.chance(asked)
        market = self.truth.markets[asked.fields["market"]]
        sides = {"bid_account": market.quote, "ask_account": market.base}
        lines = {name: self.owning.line(asset) for name, asset in sides.items()}
        return Answer({**answer.body, **lines})

    # ------------------------------------------------------------- what the server asks

    def said(self, trouble: Trouble, status: int, retry_after: int) -> Answer:
        """Upbit's words for trouble."""
        if trouble is Trouble.BANNED:
            words = (418, "too_many_requests", f"Banned for {retry_after} seconds.")
        else:
            words = _TROUBLE[trouble]
        code, name, message = words
        if not self.limited_in_json and trouble in {Trouble.LIMITED, Trouble.BANNED}:
            return Answer(message, code, content="text/plain")
        return error(name, message, status if trouble is Trouble.ERROR_JSON else code)

    def dressed(self, asked: Asked, route: Route, answer: Answer) -> Answer:
        """With `Remaining-Req`; `min` is a relic that never changes."""
        groups = list(route.cost(asked))
        if not groups:
            return answer
        left = self.budgets.left(groups[0], self.truth.clock.now())
        header = {"Remaining-Req": f"group={groups[0]}; min=1800; sec={left}"}
        return Answer(answer.body, answer.status, {**answer.headers, **header}, answer.content)

    def admitted(self, asked: Asked) -> Answer | None:
        """Within the limit of connections, and with a token where one is needed."""
        now = self.truth.clock.now()
        over = self.budgets.spend({"websocket-connect": 1}, now)
        if over:
            trouble = Trouble.BANNED if over == "banned" else Trouble.LIMITED
            return self.said(trouble, 0, 1)
        if asked.path != PRIVATE:
            return None
        try:
            self.gate.pass_stream(asked, now)
        except RefusedError as refused:
            return refused.answer()
        return None


class LoopbackUpbit(Server):
    """A server that is not started yet, with three won markets and ten million won.

    Start it with `served` (asynchronous tests) or `serving` (a thread, for tests that start
    processes). Then: `truth` moves prices, trades by hand and is what our books are compared
    with; `fault` and `hub` spoil requests and streams; `budgets` tell whether a limit was met;
    `log` and `asked` what came in; `key` and `upbit` hold what is Upbit's own.
    """

    def __init__(self, clock: Clock | None = None, cash: Decimal = Decimal(10_000_000)) -> None:
        truth = Truth(
            clock or Clock(), Spot(RATE, RATE, fee_on_top=True), uid=uuid,
            cost_buy_ends=State.CANCELED, dry_ends=State.CANCELED,
        )  # fmt: skip
        budgets, hub = Budgets(LIMITS), Hub(binary=True)
        self.upbit = Upbit(truth, budgets, hub)
        super().__init__(truth, self.upbit, budgets, hub)
        truth.accounts.give("KRW", cash)
        for base, price in (("BTC", 150_000_000), ("ETH", 5_000_000), ("XRP", 3_000)):
            self.enlist(base, Decimal(price))

    @property
    def key(self) -> Key:
        """The key that clients should use."""
        return self.upbit.keys[0]

    def enlist(self, base: str, price: Decimal) -> Market:
        """List a won market."""
        market = Market(f"KRW-{base}", base, "KRW", price, tick_at=tick_at, levels=30)
        return self.truth.add(market)
