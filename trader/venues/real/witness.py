"""Stands before the inbox and knows which fills and ends were told, and which of them the private
stream has mentioned: a stream that keeps silent about fills must be connected anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from trader.domain.events import Event, OrderEnded, OrderFilled, OrderRejected, VenueReported
from trader.domain.order import Fill, Status
from trader.domain.time import SECOND, Millis

GRACE = 5 * SECOND  # a fill may be told by an answer before the stream mentions it
SILENT_AFTER = 2  # fills that the stream did not mention
_MOST = 5_000
_OVER = (Status.FILLED, Status.CANCELED, Status.REJECTED)


@dataclass(slots=True)
class Wanted:
    """What a stream's hints say that there is to hear of one order."""

    fills: set[str] = field(default_factory=set)
    over: bool = False


class Witness:
    """`put` takes what the inbox should hear and hands it on."""

    def __init__(self, put: Callable[[Event], None], now: Callable[[], Millis]) -> None:
        self.put_on = put
        self.silent: Callable[[], None] = _nobody
        self._now = now
        self._told: dict[str, None] = {}  # fill ids; a dict keeps the order of their coming
        self._ended: dict[str, None] = {}
        self._mentioned: dict[str, None] = {}
        self._unheard: dict[str, Millis] = {}
        self._listening_since: Millis | None = None
        self._missed = 0

    def put(self, event: Event) -> None:
        """Note and hand on."""
        for fill in _fills(event):
            self._fill(fill)
        for order_id in _ends(event):
            _keep(self._ended, order_id)
        self.put_on(event)
        self._judge()

    def mention(self, fill_id: str) -> None:
        """The stream told of a fill."""
        _keep(self._mentioned, fill_id)
        self._unheard.pop(fill_id, None)
        self._missed = 0

    def listening(self, *, connected: bool) -> None:
        """The stream was connected or lost: what happened before cannot be asked of it."""
        self._listening_since = self._now() if connected else None
        self._unheard.clear()
        self._missed = 0

    def met(self, order_id: str, wanted: Wanted) -> bool:
        """Whether everything was told."""
        return wanted.fills <= self._told.keys() and (not wanted.over or order_id in self._ended)

    def _fill(self, fill: Fill) -> None:
        if fill.id in self._told:
            return
        _keep(self._told, fill.id)
        since = self._listening_since
        if since is not None and fill.at > since + SECOND and fill.id not in self._mentioned:
            self._unheard[fill.id] = self._now()

    def _judge(self) -> None:
        late = [fill for fill, at in self._unheard.items() if self._now() - at >= GRACE]
        for fill_id in late:
            del self._unheard[fill_id]
        self._missed += len(late)
        if self._missed >= SILENT_AFTER:
            self._missed = 0
            self.silent()


def _fills(event: Event) -> Iterator[Fill]:
    if isinstance(event, OrderFilled):
        yield event.fill
    elif isinstance(event, VenueReported):
        for state in (*event.open_orders, *event.recent):
            yield from state.fills


def _ends(event: Event) -> Iterator[str]:
    if isinstance(event, OrderEnded | OrderRejected):
        yield event.order_id
    elif isinstance(event, VenueReported):
        yield from (state.order_id for state in event.recent if state.status in _OVER)


def _keep(known: dict[str, None], name: str) -> None:
    known[name] = None
    if len(known) > _MOST:
        del known[next(iter(known))]


def _nobody() -> None:
    """Nobody asked to hear."""
