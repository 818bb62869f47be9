"""What one look through the glass sees: files read just now, and the viewer's own choices."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import streamlit as st

from dashboard.condition import Condition, seen
from dashboard.figures import Times, quote_of, zone_named
from dashboard.freshness import Level, exchange_limits
from dashboard.languages import Words, chosen, words_in
from dashboard.palette import PALETTES, Palette, usual
from dashboard.place import OPERATOR, Place
from trader.bridge.client import Client, Reading
from trader.bridge.panel.client import PanelClient
from trader.bridge.schemas import BotStatus, Portfolio
from trader.domain.instrument import VENUES

_APART = 600.0  # seconds between two clocks that do not mean the same time


@dataclass(frozen=True)
class Pane:
    """Everything that a part of a page needs; made anew for every refresh by `look`."""

    place: Place
    client: Client
    now: float  # seconds since 1970
    reading: Reading[BotStatus]
    condition: Condition
    words: Words
    palette: Palette
    times: Times

    @property
    def role(self) -> str:
        """Who looks: `operator`, `viewer`, or empty before the password."""
        if not self.place.password:
            return OPERATOR
        return str(st.session_state.get("role", ""))

    @property
    def steers(self) -> bool:
        """Whether whoever looks may ask the bot for something."""
        return self.role == OPERATOR

    @property
    def files(self) -> PanelClient:
        """What the bot publishes for the panel alone."""
        return _files(self.place.data_dir)

    @property
    def status(self) -> BotStatus | None:
        """The bot's status as last read; None before the first."""
        return self.reading.value

    @property
    def mode(self) -> str:
        """`DEMO`, `LIVE` ...; a dash while unknown. Only words that we know ourselves."""
        known = ("demo", "paper", "testnet", "live")
        mode = self.status.mode if self.status else ""
        return mode.upper() if mode in known else "—"

    @property
    def title(self) -> str:
        """What the browser's tab says: the mode and the bot's state."""
        return f"{self.mode} · {self.words(f'state.{self.condition.state}.name')}"

    @cached_property
    def portfolios(self) -> Mapping[str, Portfolio]:
        """The venues' portfolios, as far as there are any."""
        wanted = self.status.venues if self.status else VENUES
        found = {v: self.client.portfolio(v).value for v in VENUES if v in wanted}
        return {venue: value for venue, value in found.items() if value is not None}

    @property
    def dark(self) -> bool:
        """Whether the viewer's browser shows the dark theme."""
        return st.context.theme.type == "dark"

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues that the bot trades on, as far as it has said so."""
        return tuple(self.status.venues) if self.status else ()

    @property
    def market_time(self) -> str:
        """What to say where the market's own times stand; empty where its clock is people's."""
        account = self.files.account().value
        if account is None or (account.speed == 1.0 and abs(self.market_now - self.now) < _APART):
            return ""
        return self.words("market_time", speed=f"{account.speed:g}")

    @property
    def market_now(self) -> float:
        """What the market's clock shows, seconds since 1970; in a demo it is not people's."""
        account, status = self.files.account().value, self.status
        if account is None:
            return self.now
        if status is None or account.speed == 1.0:
            return account.market_at(self.now)
        return account.market_at(status.timestamp)  # a demo's stands still while the bot is away

    def price_age(self, venue: str) -> float | None:
        """Seconds since the last price of a venue; None before the first."""
        link = self.status.venues.get(venue) if self.status else None
        if link is None or link.last_price_at is None:
            return None
        return max(0.0, self.now - link.last_price_at)

    def late(self, venue: str) -> bool:
        """Whether a venue's prices, and what is computed from them, are a memory."""
        level = exchange_limits(self.status).level(self.price_age(venue))
        return self.condition.stale or level is Level.RED

    def venue(self, name: str) -> str:
        """A venue's name for people."""
        return self.words.of_code("venue", name)

    def quote(self, venue: str) -> str:
        """The currency of a venue, by its symbols where the name says nothing."""
        portfolio = self.portfolios.get(venue)
        symbols = portfolio.metadata.selected_symbols if portfolio else ()
        return quote_of(venue) or next((s.partition("/")[2] for s in symbols), "")


def look() -> Pane:
    """Read the files and the viewer's choices, now."""
    place = Place.found()
    client = _client(place)
    reading, condition = seen(client, place.data_dir)
    words = words_in(_language(place, reading.value))
    zone = zone_named(place.zone, st.context.timezone)
    return Pane(
        place,
        client,
        time.time(),
        reading,
        condition,
        words,
        PALETTES[st.session_state.get("palette") or usual(words.language)],
        Times(zone, words),
    )


@st.cache_resource
def _files(data_dir: Path) -> PanelClient:
    """One reader for all browsers: ten thousand trades are parsed once."""
    return PanelClient(data_dir)


def _client(place: Place) -> Client:
    """One client a session: it remembers the last good files."""
    kept = st.session_state.get("client")
    if not isinstance(kept, Client) or st.session_state.get("client_of") != place.data_dir:
        kept = Client(place.data_dir)
        st.session_state["client"], st.session_state["client_of"] = kept, place.data_dir
    return kept


def _language(place: Place, status: BotStatus | None) -> str:
    """The viewer's choice, else the setting, else the browser's language."""
    published = status.parameters.values() if status else ()
    settings = [str(values.get("LANGUAGE", "")) for values in published]
    wish = st.session_state.get("language") or st.query_params.get("lang")
    return chosen(wish, *settings, place.language, st.context.locale)
