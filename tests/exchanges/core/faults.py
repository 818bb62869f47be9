"""What goes wrong between a client and the exchange, planned by the test.

A plan says which request (method, path, how many before it pass) and what happens to it. Every
fault counts how often it fired, so that a test can tell that it tested something.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What happens to a request."""

    LOST_BEFORE = "lost before processing"  # the connection is cut, nothing was done
    LOST_AFTER = "lost after processing"  # it was done, the connection is cut without an answer
    ARRIVES_LATE = "arrives late"  # done after `seconds`, then answered
    ANSWERS_LATE = "answers late"  # done at once, answered after `seconds`
    TRUNCATED = "truncated"  # done, half of the answer, then the connection is cut
    BROKEN_JSON = "broken JSON"  # done, 200 with half of the JSON
    HTML = "HTML"  # done, 200 with a page of a portal or a shield
    EMPTY = "empty"  # done, 200 with nothing
    ERROR_JSON = "error, JSON"  # `status` with the exchange's own JSON
    ERROR_HTML = "error, HTML"  # `status` with a page
    LIMITED = "limited"  # 429 as if the budget were used up
    BANNED = "banned"  # 418 as if we had gone on
    MAINTENANCE = "maintenance"  # the exchange's own words for it
    HANG = "hang"  # never answered, never processed


_NOT_DONE = frozenset({
    Trouble.LOST_BEFORE, Trouble.ERROR_JSON, Trouble.ERROR_HTML, Trouble.LIMITED, Trouble.BANNED,
    Trouble.MAINTENANCE, Trouble.HANG,
})  # fmt: skip


@dataclass
class Fault:
    """One planned trouble. `path`: a regular expression that must match the whole path, `method`
    `*`: of whatever method.

    It befalls the `nth` matching request and `times` - 1 after it (0: all after it). `processed`:
    whether the exchange does what was asked; None: as the trouble's name says (of errors: no).
    `let_go`: set by the test, it ends the `seconds` of what is late.
    """

    trouble: Trouble
    method: str
    path: str
    nth: int = 1
    times: int = 1
    seconds: float = 0.0
    status: int = 500
    processed: bool | None = None
    let_go: bool = False
    met: int = 0
    fired: int = 0

    @property
    def is_done(self) -> bool:
        """Whether the request is processed all the same."""
        return self.trouble not in _NOT_DONE if self.processed is None else self.processed

    def befalls(self, method: str, path: str) -> bool:
        """Count a request, and say whether this fault is for it."""
        if self.method not in ("*", method) or not re.fullmatch(self.path, path):
            return False
        self.met += 1
        due = self.met >= self.nth and (not self.times or self.met < self.nth + self.times)
        self.fired += due
        return due


@dataclass
class Plan:
    """All planned faults; of several that are due at once the first one planned happens."""

    faults: list[Fault] = field(default_factory=list)
    past: list[Fault] = field(default_factory=list)  # cleared, and not forgotten

    def add(self, fault: Fault) -> Fault:
        """Plan one more."""
        self.faults.append(fault)
        return fault

    def due(self, method: str, path: str) -> Fault | None:
        """The fault of this request, if any."""
        return next((f for f in self.faults if f.befalls(method, path)), None)

    def unfired(self) -> Sequence[Fault]:
        """Planned, but never happened: what a test should find empty."""
        return [fault for fault in (*self.past, *self.faults) if not fault.fired]

    def clear(self) -> None:
        """From here on nothing goes wrong."""
        self.past += self.faults
        self.faults.clear()

    def forget(self) -> None:
        """The same, as if nothing had ever been planned."""
        self.faults.clear()
        self.past.clear()
