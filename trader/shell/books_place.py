"""Where the journal of these settings is."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings


def books_place(settings: Settings, data_dir: Path) -> str | Path:
    """`DATABASE_URL`, or the file in the data directory."""
    secret = settings.secrets.get("DATABASE_URL")
    return (secret.reveal() if secret else "") or data_dir / "trader.db"
