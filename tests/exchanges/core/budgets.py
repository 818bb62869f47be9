"""How much may be asked in how much time, and what happens to those who ask for more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """Weight that one group allows in `window` ms.

    `aligned`: windows begin at whole multiples (a calendar minute); otherwise any stretch counts.
    """

    most: int
    window: int
    aligned: bool = False


@dataclass
class Budgets:
    """Counters by group. A client that goes on after `patience` refusals in a row is banned.

    `refused`: how often each group said no: a well-behaved client leaves it empty. `highest`: the
    most that was used in any window. `switched_on` False: counted but never refused.
    """

    limits: dict[str, Limit]
    patience: int = 3
    ban: int = 120_000
    switched_on: bool = True
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    highest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    banned_until: int = 0
    bans: int = 0
    _in_a_row: int = 0
    _spent: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def used(self, group: str, now: int) -> int:
        """Weight used in the window that `now` (ms) lies in."""
        limit = self.limits[group]
        since = now // limit.window * limit.window if limit.aligned else now - limit.window + 1
        self._spent[group] = [(at, weight) for at, weight in self._spent[group] if at >= since]
        return sum(weight for _, weight in self._spent[group])

    def left(self, group: str, now: int) -> int:
        """Weight still allowed in the window that `now` lies in."""
        return self.limits[group].most - self.used(group, now)

    def spend(self, costs: Mapping[str, int], now: int) -> str:
        """Count a request. Empty when it may pass, else `limited` or `banned`."""
        if now < self.banned_until:
            return "banned"
        over = [group for group, weight in costs.items() if self.left(group, now) < weight]
        for group in over:
            self.refused[group] += 1
        if over and self.switched_on:
            return self._refusal(now)
        self._in_a_row = 0
        for group, weight in costs.items():
            self._spent[group].append((now, weight))
            self.highest[group] = max(self.highest[group], self.used(group, now))
        return ""

    def forget(self) -> None:
        """As if the longest window had passed without a request."""
        self._spent.clear()

    def _refusal(self, now: int) -> str:
        self._in_a_row += 1
        if self._in_a_row > self.patience:
            self.bans += 1
            self._in_a_row = 0
            self.banned_until = now + self.ban
            return "banned"
        return "limited"

    def retry_after(self, costs: Mapping[str, int], now: int) -> int:
        """Whole seconds until it is worth asking again; of a ban, until its end."""
        if now < self.banned_until:
            return -(-(self.banned_until - now) // 1_000)
        return -(-max(self.limits[g].window for g in costs) // 1_000)
