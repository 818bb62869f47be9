"""One check and how it ended, as a value; its words are chosen where it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """Whether trading may start: yes, yes but look at it, no."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: a venue, or a part of this machine. `code` is the same in every language and for
    ever; `values` are what its words name. Never a secret."""

    mark: Mark
    about: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
