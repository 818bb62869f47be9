"""What keeps entries off a venue from outside: lost connections, an account that is not fit."""

from trader.domain import events as ev
from trader.domain.book import Halt
from trader.domain.outcome import Notice, Outcome
from trader.engine.state import State, VenueState

LOST, UNFIT = "link_lost", "unfit"


class Links:
    """Whoever lost something lifts only that: prices that come again are no word of the orders."""

    def __init__(self, state: State) -> None:
        self._state = state

    def changed(self, event: ev.LinkChanged, out: Outcome) -> None:
        """A connection was lost or came back."""
        venue = self._state.venues[event.venue]
        before = venue.lost.pop(event.source, None)
        if not event.connected:
            venue.lost[event.source] = event.reason
        self._follow(venue)
        if event.connected is (before is not None):
            level = "info" if event.connected else "warning"
            text = f"{venue.name} {_words(venue, event)}"
            out.notices.append(Notice(level, "link", text, event.at))

    @staticmethod
    def _follow(venue: VenueState) -> None:
        if venue.lost:
            venue.halt(Halt(LOST, None, "", "; ".join(venue.lost.values())))
        else:
            venue.lift((LOST,))

    def judged(self, event: ev.AccountJudged, out: Outcome) -> None:
        """The account was looked at: what speaks against trading keeps entries off."""
        venue = self._state.venues[event.venue]
        if event.against:
            changed = venue.halt(Halt(UNFIT, None, "", " ".join(event.against)))
        else:
            changed = venue.lift((UNFIT,))
        if not changed:
            return
        codes = ", ".join(event.against)
        text = f"guarding only, no entries: {codes}" if codes else "fit for trading again"
        level = "error" if codes else "info"
        out.notices.append(Notice(level, UNFIT, f"{venue.name}: {text}", event.at))


def _words(venue: VenueState, event: ev.LinkChanged) -> str:
    if not event.connected:
        return f"lost: {event.reason}"
    left = "; ".join(venue.lost.values())
    return f"{event.source} connected, still lost: {left}" if left else "connected"
