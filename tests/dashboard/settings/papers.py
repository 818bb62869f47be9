"""A `.env` and a bot under it, as the panel is told of them: config's own reading, nothing else."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from config.env_file import parse
from config.reading import Context
from config.settings import load_daemon
from dashboard.settings.paper import Paper, published_values
from tests.dashboard import samples
from trader.bridge.panel import names
from trader.bridge.panel.schemas import SettingsFile
from trader.bridge.panel.writer import PanelWriter
from trader.shell.parameters import parameters_of

STRATEGIES: dict[str, dict[str, float]] = {
    "breakout": {}, "dynamic_breakout": {"adx": 20.0}, "bb_breakout": {}, "momentum": {},
    "trend_following": {}, "mean_reversion": {}, "rsi_reversion": {"rsi_low": 30.0},
}  # fmt: skip
ENV = "CRYPTO_K_VALUE=0.5\nUPBIT_K_VALUE=0.4\nMAX_POSITION_SIZE=0.3\nSTRATEGY_PRESET=day\n"
FORMER = "CRYPTO_K_VALUE=0.6\nMODE=demo\n"
HIDDEN = "UPBIT_SECRET_KEY=set\n"


def rows(text: str) -> list[dict[str, Any]]:
    found = parse(text.encode()).entries
    return [{"key": key, "line": one.line, "value": one.text} for key, one in found.items()]


def document(env: str = ENV, at: float | None = None, **more: Any) -> dict[str, Any]:
    """`settings.json` of a file."""
    now = time.time() if at is None else at
    change = {"at": now - 60.0, "by": "panel", "key": "CRYPTO_K_VALUE", "old": "0.6", "new": "0.5"}
    former = {"name": "20231027T100100.000000Z.env", "until": now - 60.0, "rows": rows(FORMER)}
    return {
        "timestamp": now, "path": ".env", "version": "1", "rows": rows(env), "pending_restart": [],
        "changes": [change], "versions": [former], "strategies": STRATEGIES, "flags": {},
        "demo_preset": "scalping",
    } | more  # fmt: skip


def parameters(env: str = ENV) -> dict[str, Any]:
    """What the bot's status says of every venue under a file, by the bot's own translation."""
    read = parse(env.encode()) if env else parse(b"# nothing\n")
    settings = load_daemon(read, {}, Context(STRATEGIES), "scalping")
    return {venue: parameters_of(v).shown() for venue, v in settings.parameters.items()}


def paper(env: str = ENV, **more: Any) -> Paper:
    """The same as pages get it."""
    file = SettingsFile.model_validate(document(env, **more))
    return Paper(file, published_values(parameters(env)), "demo")


def lay_out(data_dir: Path, env: str = ENV, **status: Any) -> None:
    """Publish all of it."""
    PanelWriter(data_dir).put(names.SETTINGS, document(env))
    changes = {"parameters": parameters(env)} | status
    samples.write(data_dir, "bot_status.json", samples.status(**changes))
