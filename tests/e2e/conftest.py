"""Bots for tests: each in a folder of its own, none of them left behind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.bot import ROOT, Bot, bot
from tests.storage.conftest import postgres_url

__all__ = ["a_bot", "postgres_url", "recorded"]


@pytest.fixture
def a_bot(tmp_path: Path) -> Iterator[Callable[..., Bot]]:
    """Makes a bot in the test's folder; `env` is the content of its settings file."""
    with ExitStack() as stack:
        yield lambda env=None: stack.enter_context(bot(tmp_path, env))


@pytest.fixture(scope="session")
def recorded() -> Path:
    """Real candles, which are not part of the repository."""
    folder = ROOT.parent / "shared" / "market"
    if not folder.is_dir():
        pytest.skip("no recorded candles: ../shared/market is not there")
    return folder
