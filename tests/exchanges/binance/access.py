"""The door of both Binance exchanges: keys, signatures, clock, weights, words for trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.exchanges.binance.errors import IP_BANNED, TEXTS, Refusal, refused
from tests.exchanges.binance.parameters import Parameters
from tests.exchanges.binance.signing import ApiKey, Signed, in_time, pairs_of, rest_payload, verify
from tests.exchanges.core.budgets import Budgets
from tests.exchanges.core.clock import Clock
from tests.exchanges.core.faults import Trouble
from tests.exchanges.core.wire import Answer, Asked, Route

WEIGHT = "weight"
Reply = Callable[[Parameters], object]
Weigh = Callable[[Mapping[str, str]], int]

# codes that a planned error carries, by its HTTP status; others are -1000
_ERRORS = {400: -1000, 500: -1001, 502: -1006, 503: -1007, 504: -1007}


@dataclass
class Planned:
    """A refusal that the test wants. `fired`: how often it happened."""

    method: str
    path: str
    refusal: Refusal
    times: int
    fired: int = 0

    def befalls(self, asked: Asked) -> bool:
        """Whether this request is refused; counts it."""
        due = (asked.method, asked.path) == (self.method, self.path) and self.fired < self.times
        self.fired += due
        return due


@dataclass
class Door:
    """Lets requests in. `orders`: groups of the budget that new orders count in.

    `strict`: parameters that nobody reads are refused (-1104). `counts`: header of each group.
    """

    clock: Clock
    keys: Signed
    budgets: Budgets
    orders: tuple[str, ...]
    counts: Mapping[str, str]
    permitted: Callable[[ApiKey, Asked], bool]
    strict: bool = True
    planned: list[Planned] = field(default_factory=list)

    def refuse(self, method: str, path: str, code: int, text: str = "", times: int = 1) -> Planned:
        """The next `times` requests of a path are refused with this code, and not processed."""
        refusal = refused(code, text=text or TEXTS[code])
        self.planned.append(Planned(method, path, refusal, times))
        return self.planned[-1]

    def public(self, method: str, path: str, reply: Reply, weight: int | Weigh = 1) -> Route:
        """A question that anybody may ask."""
        return Route(method, path, lambda asked: self._answer(asked, reply), _spends(weight))

    def keyed(self, method: str, path: str, reply: Callable[[ApiKey], object]) -> Route:
        """A request that needs a key, but no signature."""

        def handle(asked: Asked) -> Answer:
            return _guarded(lambda: reply(self._holder(asked)))

        return Route(method, path, handle, {WEIGHT: 1})

    def signed(self, method: str, path: str, reply: Reply, weight: int | Weigh = 1) -> Route:
        """A private request."""
        return Route(method, path, lambda asked: self._private(asked, reply), _spends(weight))

    def order(self, path: str, reply: Reply, weight: int = 1) -> Route:
        """A private request that places orders, and counts as one."""
        spends = dict.fromkeys(self.orders, 1) | {WEIGHT: weight}
        return Route("POST", path, lambda asked: self._private(asked, reply), spends)

    def owner(self, method: str, path: str, reply: Callable[[ApiKey], object]) -> Route:
        """A private request about the key itself."""

        def handle(asked: Asked) -> Answer:
            return _guarded(lambda: reply(self._proven(asked)))

        return Route(method, path, handle, {WEIGHT: 1})

    def said(self, trouble: Trouble, status: int, retry_after: int) -> Answer:
        """Binance's words for trouble."""
        headers = {"Retry-After": str(retry_after)}
        if trouble is Trouble.LIMITED:
            return Answer(self._limited().body, 429, headers)
        if trouble is Trouble.BANNED:
            until = self.clock.now() + retry_after * 1_000
            return Answer({"code": -1003, "msg": IP_BANNED.format(until)}, 418, headers)
        if trouble is Trouble.MAINTENANCE:
            return Answer({"code": 1, "msg": "System is under maintenance."}, 503)
        return Answer(refused(_ERRORS.get(status, -1000)).body, status)

    def dressed(self, route: Route, asked: Asked, answer: Answer) -> Answer:
        """The answer with what is used of the budgets that the request counted in."""
        now, costs = self.clock.now(), route.cost(asked)
        used = {
            header: str(self.budgets.used(group, now))
            for group, header in self.counts.items() if group in costs
        }  # fmt: skip
        if WEIGHT in costs:
            used["X-MBX-USED-WEIGHT"] = used["X-MBX-USED-WEIGHT-1M"]
        return Answer(answer.body, answer.status, {**answer.headers, **used}, answer.content)

    def _limited(self) -> Refusal:
        """Too many orders, when there are; else too much weight."""
        now = self.clock.now()
        for group in self.orders:
            limit = self.budgets.limits[group]
            if self.budgets.left(group, now) < 1:
                return refused(-1015, limit.most, f"{limit.window // 1_000} SECOND")
        return refused(-1003, self.budgets.limits[WEIGHT].most)

    def _answer(self, asked: Asked, reply: Reply) -> Answer:
        def answer() -> object:
            self._as_planned(asked)
            parameters = Parameters(pairs_of(asked.query) + pairs_of(asked.body))
            body = reply(parameters)
            if self.strict:
                parameters.all_read()
            return body

        return _guarded(answer)

    def _as_planned(self, asked: Asked) -> None:
        for plan in self.planned:
            if plan.befalls(asked):
                raise plan.refusal

    def _private(self, asked: Asked, reply: Reply) -> Answer:
        try:
            self._proven(asked)
        except Refusal as refusal:
            return Answer(refusal.body, refusal.status)
        return self._answer(asked, reply)

    def _holder(self, asked: Asked) -> ApiKey:
        holder = self.keys.holder(asked.headers.get("X-MBX-APIKEY"))
        if not self.permitted(holder, asked):
            raise refused(-2015)
        return holder

    def _proven(self, asked: Asked) -> ApiKey:
        holder = self._holder(asked)
        payload, signature = rest_payload(asked.query, asked.body)
        in_time(dict(pairs_of(payload)), self.clock.now())
        verify(holder.secret, payload, signature)
        return holder


def _guarded(answer: Callable[[], object]) -> Answer:
    try:
        return Answer(answer())
    except Refusal as refusal:
        return Answer(refusal.body, refusal.status)


def _spends(weight: int | Weigh) -> Mapping[str, int] | Callable[[Asked], Mapping[str, int]]:
    if isinstance(weight, int):
        return {WEIGHT: weight}
    return lambda asked: {WEIGHT: weight(asked.fields)}


def by_limit(steps: Mapping[int, int], most: int, usual: int = 100) -> Weigh:
    """A weight that grows with `limit`: the first step that holds it, else `most`."""

    def weigh(fields: Mapping[str, str]) -> int:
        asked = fields.get("limit", "")
        limit = int(asked) if asked.isdecimal() else usual
        return next((weight for bound, weight in steps.items() if limit <= bound), most)

    return weigh


def by_symbol(one: int, many: int) -> Weigh:
    """A weight for one symbol and for all of them."""
    return lambda fields: one if "symbol" in fields else many
