"""Which run is open, by its address, and how one is thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.conftest import texts
from tests.dashboard.research.test_pages import opened


def test_the_address_names_the_run_that_is_open(panel: AppTest, shelf: Path) -> None:
    panel.query_params["run"] = "no_such_run,2023-10-27T10-00-00Z_old"
    shown = opened(panel)
    assert shown.multiselect(key="runs_chosen").value == ["2023-10-27T10-00-00Z_old"]
    assert shown.query_params["run"] == "2023-10-27T10-00-00Z_old"
    shown.multiselect(key="runs_chosen").set_value(["2023-10-28T10-00-00Z_new"]).run()
    assert shown.query_params["run"] == "2023-10-28T10-00-00Z_new"


def test_a_run_is_deleted_after_a_question(panel: AppTest, shelf: Path) -> None:
    shown = opened(panel)
    shown.button(key="runs_remove").click().run()
    assert "2023-10-28T10-00-00Z_new" in texts(shown)
    assert (shelf / "2023-10-28T10-00-00Z_new").is_dir()
    shown.button(key="runs_remove_yes").click().run()
    assert not (shelf / "2023-10-28T10-00-00Z_new").exists()
    assert list(shown.dataframe[0].value["Name"]) == ["old_one"]


def test_a_run_that_cannot_be_deleted_stays_and_it_is_said_why(
    panel: AppTest, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    shown = opened(panel)
    shown.button(key="runs_remove").click().run()
    monkeypatch.setattr(Path, "rename", refuse)
    shown.button(key="runs_remove_yes").click().run()
    assert "It could not be deleted." in texts(shown)
    assert "Permission denied" in texts(shown)
    assert len(shown.dataframe[0].value) == 2
