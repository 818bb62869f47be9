"""Accounts elsewhere, as a life of the daemon opens and leaves them."""

from __future__ import annotations

from typing import Protocol


class Accounts(Protocol):
    """Accounts elsewhere: nothing is asked before `open`, nothing left under way by `rest`."""

    async def open(self) -> None:
        """Before the first request."""

    async def rest(self) -> None:
        """Wait until everything under way was answered or given up."""

    async def close(self) -> None:
        """Give the connections back."""


class NoAccounts:
    """Where every venue is embedded."""

    async def open(self) -> None:
        """Nothing to do."""

    async def rest(self) -> None:
        """Nothing is under way."""

    async def close(self) -> None:
        """Nothing to give back."""
