"""The last preflight, kept where the panel's health page finds it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trader.bridge.files import read_whole
from trader.bridge.panel import names
from trader.bridge.panel.schemas import PreflightShown
from trader.bridge.panel.writer import PanelWriter
from trader.domain.finding import Finding

FILE = "preflight.json"
_LARGEST = 1_048_576  # bytes
Row = dict[str, Any]
Clean = Callable[[str], str]  # takes secrets out of a text


def preflight_row(findings: Iterable[Finding], at: float, clean: Clean) -> Row:
    """`preflight` of `health.json`; `at` in seconds since 1970. Facts are texts, and `clean`."""
    return {"at": at, "findings": [_finding(finding, clean) for finding in findings]}


def _finding(finding: Finding, clean: Clean) -> Row:
    return {
        "code": finding.code,
        "level": finding.mark.value,
        "subject": finding.about,
        "facts": {name: clean(str(value)) for name, value in finding.values.items()},
    }


def keep(data_dir: Path, findings: Iterable[Finding], at: float, clean: Clean) -> None:
    """Write down what `--check` found, where a bot has published before; never in the way."""
    if names.folder_of(data_dir).is_dir():
        with contextlib.suppress(OSError):
            PanelWriter(data_dir).put(FILE, preflight_row(findings, at, clean))


def newest(folder: Path, own: Row | None) -> Row | None:
    """The last of what `--check` found and what this life found itself."""
    try:
        found = PreflightShown.model_validate_json(read_whole(folder / FILE, _LARGEST))
    except (OSError, ValidationError):
        return own
    return own if own is not None and own["at"] >= found.at else found.model_dump()
