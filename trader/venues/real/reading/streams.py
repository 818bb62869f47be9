"""Messages of the exchanges' private streams, read as hints: what should be asked about now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trader.domain.errors import VenueUnavailable
from trader.domain.instrument import BINANCE_FUTURES, BINANCE_SPOT, UPBIT
from trader.venues.real.asking import ABOVE, BELOW
from trader.venues.real.reading.fields import Row, row, text


@dataclass(frozen=True, slots=True)
class OrderHint:
    """Something happened to an order. `name`: its client id, of a leg that of its list; empty for
    orders without one. `number`: market and the exchange's id. `fill_id`: as the desks name fills,
    empty without one. `over`: it has ended. `child`: market and id of what it became."""

    name: str
    number: str = ""
    fill_id: str = ""
    over: bool = False
    child: str = ""


@dataclass(frozen=True, slots=True)
class AccountHint:
    """Something happened to the account. `sure`: by no order; else an order may explain it."""

    sure: bool = True


class StreamOver(VenueUnavailable):
    """The exchange says that nothing will come on this connection any more."""


Hint = OrderHint | AccountHint
_ENDED = frozenset({
    "FILLED", "CANCELED", "REJECTED", "EXPIRED", "EXPIRED_IN_MATCH", "FINISHED",
})  # fmt: skip


def upbit(message: Any) -> Hint | None:
    """`myOrder` and `myAsset`. Raises `Strange`, `StreamOver`."""
    of = _fine(message)
    if of.get("type") == "myAsset":
        return AccountHint(sure=False)
    if of.get("type") != "myOrder":
        return None
    fill_id = text(of, "trade_uuid") if text(of, "state") == "trade" else ""
    over = text(of, "state") in ("done", "cancel")
    return OrderHint(_optional(of, "identifier"), text(of, "uuid"), fill_id, over)


def spot(message: Any) -> Hint | None:
    """Events of the WebSocket API's user stream, in their envelope. Raises like `upbit`."""
    event = _fine(message).get("event", message)
    return _binance(row(event, "the account"), _SPOT)


def futures(message: Any) -> Hint | None:
    """Events of the user stream of contracts. Raises like `upbit`."""
    return _binance(_fine(message), _FUTURES)


def _fine(message: Any) -> Row:
    """A message that is no refusal."""
    of = row(message, "the account")
    error = of.get("error")
    if error:
        told = row(error, "an error")
        why = _optional(told, "msg") or _optional(told, "message") or "an error without words"
        raise StreamOver(f"the exchange answered: {why[:160]}")
    return of


def _binance(of: Row, readers: Mapping[str, Callable[[Row], Hint | None]]) -> Hint | None:
    read = readers.get(_optional(of, "e"))
    return None if read is None else read(of)


def _execution(of: Row) -> OrderHint:
    """executionReport, and the inner part of ORDER_TRADE_UPDATE: alike in what matters here."""
    name = _optional(of, "C") or _optional(of, "c")  # a cancellation bears a name of its own
    over = text(of, "X") in _ENDED
    if of.get("g", -1) != -1 and name[-1:] in (ABOVE, BELOW):  # the list tells its own end
        name, over = name[:-1], False
    return OrderHint(name, _number(of, "i"), _fill_id(of), over)


def _fill_id(of: Row) -> str:
    """As trades are named where they are asked for; empty for a message without a trade."""
    number = of.get("t", 0)
    traded = isinstance(number, int) and not isinstance(number, bool) and number > 0
    return _number(of, "t") if traded else ""


def _number(of: Row, name: str) -> str:
    """Binance counts in each market of its own: the market makes the number unique."""
    return f"{text(of, 's')}:{text(of, name)}"


def _list(of: Row) -> OrderHint:
    return OrderHint(text(of, "C"), over=text(of, "L") == "ALL_DONE")


def _plain(of: Row) -> OrderHint:
    return _execution(row(of.get("o"), "an order"))


def _sooner(of: Row) -> OrderHint:
    """TRADE_LITE."""
    return OrderHint(_optional(of, "c"), _number(of, "i"), _fill_id(of))


def _conditional(of: Row) -> OrderHint:
    inner = row(of.get("o"), "a conditional order")
    sent = inner.get("ai") not in (None, "", "0", 0)
    child = _number(inner, "ai") if sent else ""
    return OrderHint(_optional(inner, "caid"), over=text(inner, "X") in _ENDED, child=child)


def _account(of: Row) -> AccountHint:
    """ACCOUNT_UPDATE."""
    return AccountHint(sure=row(of.get("a"), "the account").get("m") != "ORDER")


def _moved(_: Row) -> AccountHint:
    return AccountHint()


def _balances(_: Row) -> AccountHint:
    return AccountHint(sure=False)


def _over(of: Row) -> None:
    raise StreamOver(f"Binance ended the stream ({text(of, 'e')})")


_SPOT: Mapping[str, Callable[[Row], Hint | None]] = {
    "executionReport": _execution, "listStatus": _list, "balanceUpdate": _moved,
    "externalLockUpdate": _moved, "outboundAccountPosition": _balances,
    "eventStreamTerminated": _over,
}  # fmt: skip
_FUTURES: Mapping[str, Callable[[Row], Hint | None]] = {
    "ORDER_TRADE_UPDATE": _plain, "TRADE_LITE": _sooner, "ALGO_UPDATE": _conditional,
    "ACCOUNT_UPDATE": _account, "MARGIN_CALL": _moved, "listenKeyExpired": _over,
}  # fmt: skip


def _optional(of: Row, name: str) -> str:
    found = of.get(name)
    return found if isinstance(found, str) else ""


READERS: Mapping[str, Callable[[Any], Hint | None]] = {
    UPBIT: upbit,
    BINANCE_SPOT: spot,
    BINANCE_FUTURES: futures,
}
