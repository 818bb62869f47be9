"""The file `data/STOP`: no entries while it exists, whoever made it, with or without the bot."""

from __future__ import annotations

from pathlib import Path

NAME = "STOP"


def there(data_dir: Path) -> bool:
    """Whether entries are forbidden by the file."""
    return (data_dir / NAME).exists()


def put(data_dir: Path) -> None:
    """Forbid entries. Raises `OSError`."""
    (data_dir / NAME).touch()


def take(data_dir: Path) -> None:
    """Delete the file, if it is there. Raises `OSError`."""
    (data_dir / NAME).unlink(missing_ok=True)
