"""Candles in shared memory: looked at, not copied, not to be written, and gone afterwards."""

import os
from collections import namedtuple
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from tests.backtest.sweep.market import candles, sweep
from trader.backtest.sweep.packing import borrowed, packed, shared
from trader.backtest.sweep.work import Work
from trader.domain.errors import BadInput


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    data = candles(tmp_path_factory.mktemp("market"))
    grid = ("--grid", "rsi_reversion_rsi_low=25,30", "--strategy", "rsi_reversion")
    return sweep(data, *grid).work


def test_what_is_borrowed_equals_what_was_lent_and_cannot_be_written(work: Work) -> None:
    with shared(work) as address:
        found: Work = borrowed(address)
        assert len(address.data) < 50_000  # the arrays are not in it
        ours, theirs = work.plan.series[0].candles, found.plan.series[0].candles
        for name in ("time", "open", "next_open", "turnover"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
            assert not getattr(theirs, name).flags.writeable
            assert not getattr(theirs, name).flags.owndata
        assert found.grid == work.grid
        assert isinstance(found.grid.parameters(1).thresholds, MappingProxyType)
    with pytest.raises(FileNotFoundError):
        SharedMemory(address.name)


def test_memory_is_given_back_when_something_goes_wrong(work: Work) -> None:
    with pytest.raises(KeyboardInterrupt), shared(work) as address:
        raise KeyboardInterrupt
    with pytest.raises(FileNotFoundError):
        SharedMemory(address.name)


def test_a_value_without_arrays_and_one_that_travels() -> None:
    with shared(("nothing", "big")) as address:
        assert borrowed(address) == ("nothing", "big")
    whole = packed({"a": np.arange(5)}).whole()
    assert all(type(array) is bytes for array in whole.arrays)
    assert whole.value()["a"].tolist() == [0, 1, 2, 3, 4]


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="the system has no /dev/shm")  # noqa: S108
def test_too_little_shared_memory_is_said_before_a_worker_dies_of_it(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = namedtuple("room", "f_bavail f_frsize")
    monkeypatch.setattr(os, "statvfs", lambda _: room(2, 4_096))
    with pytest.raises(BadInput, match=r"enlarge it .* or use --workers 1"), shared(work):
        raise AssertionError("there is no room")
