"""One answer of an exchange, checked and put into columns, and the time it answers for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trader.domain.errors import VenueUnavailable
from trader.domain.spans import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, "NDArray[Any]"]
TIME = "timestamp"


class BrokenAnswer(VenueUnavailable):
    """What came back is not what was asked for; asking again may help."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, oldest first, and the part of the span asked that is answered for good."""

    columns: Columns
    covered: Span

    def __len__(self) -> int:
        return len(self.columns[TIME])
