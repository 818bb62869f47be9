"""Views are written whole, again and again, and a disk that refuses is only reported."""

import json
from pathlib import Path

import pytest

from tests.bridge.samples import portfolio, status, trade
from trader.bridge.publisher import Publisher


def test_both_views_are_written_under_their_names(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    assert publisher.status(status()) is None
    assert publisher.portfolio(portfolio()) is None
    assert {path.name for path in tmp_path.iterdir()} == {"bot_status.json", "upbit_portfolio.json"}
    assert json.loads((tmp_path / "upbit_portfolio.json").read_text())["equity"] == 1_126_200


def test_a_trade_that_is_added_is_shown_at_once(tmp_path: Path) -> None:
    publisher, path = Publisher(tmp_path), tmp_path / "upbit_portfolio.json"
    for trades in ((), (trade(),), (trade(),), (trade(), trade())):
        publisher.portfolio(portfolio(trades=trades))
        assert len(json.loads(path.read_text())["trade_history"]) == len(trades)


@pytest.mark.parametrize("harm", ["delete", "corrupt", "folder"])
def test_a_harmed_view_is_written_again(tmp_path: Path, harm: str) -> None:
    publisher, path = Publisher(tmp_path), tmp_path / "bot_status.json"
    publisher.status(status())
    path.unlink()
    if harm == "corrupt":
        path.write_bytes(b"\0" * 100)
    if harm == "folder":
        path.mkdir()
        assert publisher.status(status()) is not None  # reported, not raised
        path.rmdir()
    assert publisher.status(status()) is None
    assert json.loads(path.read_text())["status"] == "running"


def test_a_disk_that_refuses_is_reported_not_raised(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "gone")
    assert publisher.status(status()) == (
        "bot_status.json cannot be written: No such file or directory"
    )
    assert "upbit_portfolio.json cannot be written" in str(publisher.portfolio(portfolio()))
