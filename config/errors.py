"""What is wrong with the settings, said so that a person can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `where`: `.env:17`, `.env` or `command line`.

    `value` None: it is not shown, because it is (or could be) a secret.
    """

    where: str
    key: str
    value: str | None
    reason: str
    allowed: str = ""

    def __str__(self) -> str:
        """`.env:LINE KEY=value: reason, allowed range`."""
        shown = self.key if self.value is None else f"{self.key}={self.value}"
        place = f"{self.where} {shown}".strip()
        return f"{place}: {self.reason}" + (f", allowed: {self.allowed}" if self.allowed else "")


class SettingsError(ValueError):
    """Settings that cannot be used; nothing of them is applied. `problems` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the text has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
