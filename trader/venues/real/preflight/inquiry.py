"""Questions before the first order, and what an exchange's refusal to answer says about the key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trader.domain.finding import Finding, Mark
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.domain.time import Millis
from trader.venues.real.asking import market_of
from trader.venues.real.budget import Urgency
from trader.venues.real.calling import Call, Reply
from trader.venues.real.line import Line
from trader.venues.real.offers import not_offered, shown
from trader.venues.real.verdicts import THROTTLED, never_left, said


@dataclass(frozen=True, slots=True)
class Needs:
    """What the settings ask of an account. Money in the venue's quote currency.

    `keys`: the markets that are known already. `least`: the smallest entry that can be sold again.
    `leverage`: the most that is wanted. `live`: real money. `wallet`: whether the address has the
    questions about keys (`sapi`; test networks have none). `holds`: the bot has positions there.
    """

    venue: str
    quote: str
    keys: tuple[str, ...]
    capital: Decimal
    least: Decimal
    leverage: int = 1
    live: bool = True
    wallet: bool = True
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Whom to ask, with what. `key` is the public half, to find ours among the account's keys."""

    line: Line
    needs: Needs
    key: str
    now: Callable[[], Millis]
    sleep: Callable[[float], Awaitable[object]]

    def finding(self, mark: Mark, code: str, **values: object) -> Finding:
        """Of this venue."""
        return Finding(mark, self.needs.venue, code, values)

    def fine(self, code: str, **values: object) -> Finding:
        """A check that went well."""
        return self.finding(Mark.OK, code, **values)

    @property
    def market(self) -> str:
        """The exchange's own name of a market that the settings want."""
        return market_of(self.needs.keys[0])

    def grave(self) -> Mark:
        """Of what must not be with real money, and may be on a test network."""
        return Mark.FAIL if self.needs.live else Mark.WARN

    async def first(self, calls: Sequence[Call], right: str = "") -> Any:
        """The first answer of calls that tell the same. Raises `Objection`."""
        for call in calls[:-1]:
            try:
                return await self.ask(call.method, right)
            except Objection as no:
                if no.code != NOT_OFFERED:
                    raise
        return await self.ask(calls[-1].method, right)

    async def ask(self, method: str, right: str = "", **params: object) -> Any:
        """The body of an answer. `right`: what the key needs for it. Raises `Objection`."""
        reply = await self.line.ask(Call(method, params), Urgency.LOOK)
        if reply.fine:
            return reply.body
        raise Objection(self.needs.venue, reply, right, method)


Check = Callable[[Inquiry], Awaitable[list[Finding]]]

NOT_OFFERED = "not_offered"
AWAY = ("unanswered", "throttled", "maintenance", "unreadable")  # nothing about key or account

_BINANCE = {"-2014": "key_unknown", "-2015": "key_or_address", "-1022": "secret_wrong"}
_TROUBLE: Mapping[str, Mapping[str, str]] = {
    UPBIT: {
        "invalid_access_key": "key_unknown",
        "no_authorization_token": "key_unknown",
        "expired_access_key": "key_expired",
        "no_authorization_ip": "address_refused",
        "no_authorization_i_p": "address_refused",
        "jwt_verification": "secret_wrong",
        "out_of_scope": "right_missing",
        "server_maintenance": "maintenance",
        "market_offline": "maintenance",
    },
    BINANCE_SPOT: {**_BINANCE, "1": "maintenance"},
    BINANCE_FUTURES: {**_BINANCE, "1": "maintenance"},
}


class Objection(Exception):
    """Why a question was not answered: `code` as in findings, with the exchange's own words."""

    def __init__(self, venue: str, reply: Reply, right: str, method: str = "") -> None:
        name, message = said(reply)
        self.code = _code(venue, name, reply)
        self.status = reply.status
        self.values = {"detail": _detail(name, message, reply)}
        if self.code == NOT_OFFERED:
            self.values["question"] = shown(method)
        if self.code == "right_missing":
            self.values["right"] = right
        super().__init__(f"{self.code} {self.values['detail']}")


def _code(venue: str, name: str, reply: Reply) -> str:
    if reply.status in THROTTLED:
        return "throttled"
    if not_offered(reply):
        return NOT_OFFERED
    return _TROUBLE[venue].get(name, "unanswered")


def _detail(name: str, message: str, reply: Reply) -> str:
    if reply.status is not None:
        return f"{name} {message}".strip() or f"HTTP {reply.status}"
    return "no connection" if never_left(reply.failure) else "no answer in time"
