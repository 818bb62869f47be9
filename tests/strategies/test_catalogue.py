"""The catalogue finds strategies by themselves, a user's own file too."""

from __future__ import annotations

from pathlib import Path

import pytest

from trader.domain.errors import BadInput
from trader.strategies.catalogue import discover

TECHNICAL = {
    "breakout": 200,
    "combined": 140,
    "bb_breakout": 200,
    "pullback": 400,
    "dynamic_breakout": 200,
    "rsi_bollinger": 80,
    "ma_cross": 200,
    "rsi_reversion": 56,
    "bb_volume_breakout": 200,
    "momentum": 200,
    "mean_reversion": 80,
    "trend_following": 200,
}
OWN = '''
"""Buys every candle."""
import numpy as np
from trader.strategies.base import Raw, Strategy

class Greedy(Strategy):
    name = "greedy"
    warmup = 10

    def signals(self, chart, parameters):
        no = np.zeros(len(chart), dtype=bool)
        return Raw(~no, no, no, no)
'''


def test_every_technical_strategy_is_found_with_its_warm_up() -> None:
    catalogue = discover()
    assert {name: catalogue.get(name).warmup for name in catalogue.names} == TECHNICAL


def test_thresholds_are_known_by_strategy() -> None:
    assert discover().thresholds()["rsi_reversion"] == {"rsi_low": 30.0, "rsi_high": 70.0}


def test_a_file_in_the_users_folder_is_a_strategy(tmp_path: Path) -> None:
    (tmp_path / "greedy.py").write_text(OWN)
    (tmp_path / "_draft.py").write_text("this is not Python")
    catalogue = discover(tmp_path)
    assert catalogue.get("greedy").warmup == 10
    assert len(catalogue.names) == len(TECHNICAL) + 1


def test_a_folder_that_is_not_there_adds_nothing(tmp_path: Path) -> None:
    assert len(discover(tmp_path / "none").names) == len(TECHNICAL)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("brekout", "did you mean 'breakout'?"), ("zzz", "known are bb_breakout")],
)
def test_an_unknown_strategy_is_refused_with_the_nearest(asked: str, hint: str) -> None:
    with pytest.raises(BadInput) as refusal:
        discover().get(asked)
    assert hint in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("def broken(:", "cannot be used"),
        ("raise RuntimeError('no luck')", "no luck"),
        (OWN.replace('"greedy"', '"breakout"'), "'breakout' is taken"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(BadInput, match=r"mine\.py") as refusal:
        discover(tmp_path)
    assert complaint in str(refusal.value)
