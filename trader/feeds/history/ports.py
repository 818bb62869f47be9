"""What a download needs of the place where it puts things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from trader.domain.spans import Span, Spans
from trader.feeds.history.page import Columns


class Merged(Protocol):
    """What one merge came to."""

    @property
    def rows(self) -> int:
        """Rows in the file now."""

    @property
    def new(self) -> int:
        """Rows that were not there."""

    @property
    def revised(self) -> int:
        """Rows that read differently than before."""

    @property
    def repairs(self) -> Mapping[str, int]:
        """How often what was repaired."""


class Store(Protocol):
    """Keeps rows and what was asked for, both or neither."""

    def merge(self, key: str, what: str, columns: Columns, asked: Iterable[Span]) -> Merged:
        """Put rows among the stored ones. Raises `OSError`, `BadInput`."""

    def asked(self, key: str, what: str) -> Spans | None:
        """What was asked for before; None when nobody noted it."""

    def held(self, key: str, what: str) -> Spans:
        """What stored rows cover without a hole."""

    def span(self, key: str, what: str) -> Span | None:
        """First and last time that is stored."""
