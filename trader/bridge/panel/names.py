"""Where each file of the panel lies: one list for the writer and the reader."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = "panel"
TRADES = "trades.jsonl"
EQUITY = "equity.jsonl"
WHY = "why.json"
WANTED = "wanted.json"  # the only one that the panel writes
SETTINGS = "settings.json"
HEALTH = "health.json"
OPTIMISATIONS = "optimisations.json"
AGENDA = "agenda.json"
ACCOUNT = "account.json"
COMMANDS = "commands.json"
CHARTS = "charts"

WANTED_FOR = 30.0  # seconds that a wish for a chart counts
_ODD = re.compile(r"[^\w.-]")


def folder_of(data_dir: Path) -> Path:
    """`data/panel`."""
    return data_dir / FOLDER


def chart_name(key: str) -> str:
    """`charts/upbit__BTC-KRW.json` of `upbit:BTC/KRW`; a symbol cannot lead out of the folder."""
    venue, _, symbol = key.partition(":")
    plain = _ODD.sub("_", f"{venue}__{symbol.replace('/', '-')}")
    return f"{CHARTS}/{plain}.json"
