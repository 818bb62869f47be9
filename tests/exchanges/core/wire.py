"""A request as it came in, and the answer that goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Asked:
    """One request, as it stands in the log.

    `query` and `body` as text, untouched, for signatures; `fields` are both of them parsed.
    `params`: variable parts of the path. `verdict`: what became of it: `answered`, `limited`,
    `banned`, or the name of the fault that befell it.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: str
    body: str
    at: int
    params: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    verdict: str = ""

    @property
    def fields(self) -> dict[str, Any]:
        """Query and body together; of names that come twice the last one. JSON stays typed."""
        parsed: dict[str, Any] = dict(parse_qsl(self.query, keep_blank_values=True))
        if self.body.startswith("{"):
            return parsed | dict(json.loads(self.body))
        return parsed | dict(parse_qsl(self.body, keep_blank_values=True))

    def many(self, name: str) -> list[str]:
        """Every value of a name that the query has several times."""
        return [value for key, value in parse_qsl(self.query) if key == name]


@dataclass(frozen=True)
class Answer:
    """`body` goes out as JSON, unless it is text already (then `content` says what it is)."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content: str = "application/json"

    @property
    def text(self) -> str:
        """The body as it goes over the wire."""
        return self.body if isinstance(self.body, str) else dumped(self.body)


Handler = Callable[[Asked], Answer]


@dataclass(frozen=True)
class Route:
    """A path of the protocol (`/v1/candles/minutes/{unit}`), who answers, what it costs.

    `spends`: weight by group of the budget (`{"order": 1}`); a function when the weight depends
    on the question.
    """

    method: str
    path: str
    handler: Handler
    spends: Mapping[str, int] | Callable[[Asked], Mapping[str, int]] = field(default_factory=dict)

    def cost(self, asked: Asked) -> Mapping[str, int]:
        """What this request weighs, by group."""
        return self.spends(asked) if callable(self.spends) else self.spends


def dumped(body: Any) -> str:
    """Compact JSON, letters of any language as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
