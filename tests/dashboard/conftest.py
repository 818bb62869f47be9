"""A panel under test: the real app.py on a data folder of plain files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from dashboard.place import Place
from tests.dashboard import samples
from tests.dashboard.daemon import FakeDaemon

APP = Path(__file__).parents[2] / "dashboard" / "frame" / "app.py"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Empty folders, which the panel looks into."""
    found = Place(tmp_path, tmp_path, zone="Asia/Seoul", language="en")
    for name, value in found.environment().items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def running(place: Place) -> FakeDaemon:
    """A bot that runs and holds a position on two venues."""
    samples.write(place.data_dir, "bot_status.json", samples.status())
    samples.write(place.data_dir, "upbit_portfolio.json", samples.portfolio())
    samples.write(place.data_dir, "binance_futures_portfolio.json", samples.futures())
    samples.write_log(place.log_dir, samples.entry("started"))
    return FakeDaemon(place.data_dir)


@pytest.fixture
def panel(place: Place, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A browser that has not opened the panel yet."""
    st.cache_resource.clear()
    monkeypatch.setattr("dashboard.frame.gate.address", lambda: "127.0.0.1")
    return AppTest.from_file(str(APP), default_timeout=20)


def texts(panel: AppTest) -> str:
    """Everything that the page says in words, one piece a line."""
    kinds = ("markdown", "text", "caption", "code", "error", "subheader")
    pieces = (piece for kind in kinds for piece in panel.get(kind))
    return "\n".join(str(piece.value) for piece in pieces if isinstance(piece, Element))


@pytest.fixture(autouse=True)
def _own_main() -> Iterator[None]:
    """A process that is spawned later would run the page again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
