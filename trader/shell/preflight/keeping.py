"""The last preflight, kept where the panel's health page finds it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
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


def preflight_row(findings: Iterable[Finding], at: float) -> Row:
    """`preflight` of `health.json`; `at` in seconds since 1970. Facts are texts."""
    return {"at": at, "findings": [_finding(finding) for finding in findings]}


def _finding(finding: Finding) -> Row:
    return {
        "code": finding.code,
        "level": finding.mark.value,
        "subject": finding.about,
        "facts": {name: str(value) for name, value in finding.values.items()},
    }


def keep(data_dir: Path, findings: Iterable[Finding], at: float) -> None:
    """Write down what `--check` found, where a bot has published before; never in the way."""
    if names.folder_of(data_dir).is_dir():
        with contextlib.suppress(OSError):
            PanelWriter(data_dir).put(FILE, preflight_row(findings, at))


def newest(folder: Path, own: Row | None) -> Row | None:
    """The last of what `--check` found and what this life found itself."""
    try:
        found = PreflightShown.model_validate_json(read_whole(folder / FILE, _LARGEST))
    except (OSError, ValidationError):
        return own
    return own if own is not None and own["at"] >= found.at else found.model_dump()
