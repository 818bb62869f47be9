"""Whatever goes wrong on the wire: the same events lead to the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replay.playing import KEYS, SEED, Playing
from tests.simulation.faults import SeededFaults
from trader.backtest.replay.arguments import asked
from trader.backtest.replay.replaying import replayed
from trader.domain.time import HOUR
from trader.feeds.generator import GeneratedMarket
from trader.shell.recording.reading import Moment, lives

TROUBLE = {"OrderUnknown", "OrderNotFound", "OrderRejected", "CancelFailed", "LinkChanged"}


@pytest.mark.parametrize("seed", range(4))
def test_a_session_full_of_faults_is_decided_again(tmp_path: Path, seed: int) -> None:
    start = GeneratedMarket(SEED, KEYS).start
    playing = Playing(tmp_path, faults=SeededFaults(seed, start, start + HOUR))
    playing.play(200)
    playing.steer()
    playing.play(40)
    playing.close()
    (life,) = lives(tmp_path)
    met = {type(i.event).__name__ for i in life.items() if isinstance(i, Moment)}
    assert len(met & TROUBLE) >= 2, "the faults must fire"
    made = replayed(asked([str(tmp_path)]))
    assert made.differences == ()
    assert made.rows[0].then > 10
