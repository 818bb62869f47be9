"""Accounts elsewhere, as a life of the daemon opens and leaves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Accounts(Protocol):
    """Accounts elsewhere: nothing is asked before `open`, nothing left under way by `rest`."""

    def budgets(self) -> Mapping[str, tuple[float, float]]:
        """By venue, requests (or their weight) used and allowed in its tightest limit."""

    async def open(self) -> None:
        """Before the first request."""

    async def rest(self) -> None:
        """Wait until everything under way was answered or given up."""

    async def close(self) -> None:
        """Give the connections back."""


class NoAccounts:
    """Where every venue is embedded."""

    def budgets(self) -> Mapping[str, tuple[float, float]]:
        """Nobody counts."""
        return {}

    async def open(self) -> None:
        """Nothing to do."""

    async def rest(self) -> None:
        """Nothing is under way."""

    async def close(self) -> None:
        """Nothing to give back."""
