"""The books in a few words: what a recording and its replay must agree on from time to time."""

from __future__ import annotations

from typing import Any

from trader.domain.money import plain
from trader.engine.state import State, VenueState


def gist_of(state: State) -> dict[str, Any]:
    """Cash, positions, orders under way, halts and counters by venue, as JSON can carry them."""
    return {name: _venue(venue) for name, venue in state.venues.items()}


def settings_of(state: State) -> dict[str, dict[str, Any]]:
    """Parameters in force by venue, as people write them."""
    return {name: venue.parameters.shown() for name, venue in state.venues.items()}


def _venue(venue: VenueState) -> dict[str, Any]:
    held = {
        key: f"{held.position.direction.word} {plain(held.position.quantity)}"
        for key, held in sorted(venue.holding.items())
    }
    return {
        "cash": plain(venue.account.cash),
        "held": held,
        "orders": sorted(venue.orders),
        "halts": sorted("|".join(name).rstrip("|") for name in venue.halts),
        "sequence": venue.sequence,
        "losses_in_row": venue.losses_in_row,
    }
