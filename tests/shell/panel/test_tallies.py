"""Counts of what blocked: the first gate of each candle, by hour and symbol, for one day."""

import json
from pathlib import Path

import pytest

from tests.engine.bench import BUY, Bench
from trader.bridge.panel import names
from trader.bridge.panel.client import PanelClient
from trader.bridge.panel.writer import PanelWriter
from trader.domain.signal import BIT
from trader.domain.time import HOUR
from trader.shell.panel.tallies import HELD, ORDER, Judged, Tallies
from trader.shell.panel.why import WhyFile

BTC, ETH = "upbit:BTC/KRW", "upbit:ETH/KRW"
NOON = 12 * HOUR
LATE = BIT["weak_trend"] | BIT["below_ema50"] | BIT["no_signal"]  # the second is asked first


def noted(at: int = NOON) -> list[Judged]:
    """Five candles and an order."""
    return [
        Judged(at, BTC, LATE),
        Judged(at, BTC, BIT["max_positions"]),
        Judged(at, ETH, 0),
        Judged(at, ETH, ORDER),
        Judged(at, ETH, HELD),
        Judged(at, ETH, BIT["level_not_reached"]),
    ]


def test_the_first_gate_of_a_candle_is_the_one_that_counts() -> None:
    tallies = Tallies()
    tallies.count(noted())
    document = tallies.document(1.0)
    assert document["symbols"][BTC]["first"] == {"below_ema50": 1, "max_positions": 1}
    assert document["symbols"][ETH] == {
        "candles": 3, "passed": 1, "first": {"level_not_reached": 1}, "held": 1,
    }  # fmt: skip


def test_an_hour_tells_signals_from_orders() -> None:
    tallies = Tallies()
    tallies.count(noted())
    (hour,) = tallies.document(1.0)["hours"]
    assert (hour["at"], hour["venue"], hour["candles"]) == (NOON / 1_000, "upbit", 5)
    assert (hour["signals"], hour["orders"], hour["held"]) == (2, 1, 1)


def test_hours_that_are_over_are_summed_up_once(tmp_path: Path) -> None:
    why, writer = WhyFile(PanelWriter(tmp_path), "aa"), PanelWriter(tmp_path)
    for hour in range(30):
        why.write(noted(hour * HOUR), 1.0 + hour)
        why.write([Judged(hour * HOUR, BTC, 0)], 1.5 + hour)
    read = PanelClient(tmp_path).why().value
    assert read is not None
    assert [hour.candles for hour in read.hours] == [6] * 24
    assert read.symbols[BTC].candles == 24 * 3
    assert read.symbols[BTC].first == {"below_ema50": 24, "max_positions": 24}
    assert len(list((writer.folder / "why").iterdir())) == 23
    again = WhyFile(writer, "aa")
    again.write([Judged(29 * HOUR, BTC, 0)], 99.0)
    restarted = PanelClient(tmp_path).why().value
    assert restarted is not None
    assert restarted.symbols[BTC].candles == 24 * 3 + 1


def test_what_is_older_than_a_day_goes() -> None:
    tallies = Tallies()
    for hour in range(30):
        tallies.count([Judged(hour * HOUR, BTC, 0)])
    document = tallies.document(1.0)
    assert [row["at"] for row in document["hours"]] == [3_600.0 * hour for hour in range(6, 30)]
    assert document["symbols"][BTC]["candles"] == 24


def test_counts_outlast_a_restart_and_are_not_mixed_with_other_books(tmp_path: Path) -> None:
    writer = PanelWriter(tmp_path)
    first = WhyFile(writer, "aa")
    first.write(noted(NOON - HOUR), 1.0)
    first.write(noted(NOON), 2.0)
    WhyFile(writer, "aa").write([Judged(NOON, BTC, 0)], 3.0)
    read = PanelClient(tmp_path).why().value
    assert read is not None
    assert [hour.candles for hour in read.hours] == [5, 6]
    WhyFile(writer, "bb").write([Judged(NOON, BTC, 0)], 4.0)
    other = PanelClient(tmp_path).why().value
    assert other is not None
    assert other.symbols[BTC].candles == 1
    assert ETH not in other.symbols


@pytest.mark.parametrize(
    "spoilt", ["", "[]", '{"books": "aa", "hour": 1, "cells": 2}', '{"books": 1}']
)
def test_spoilt_counts_begin_anew(tmp_path: Path, spoilt: str) -> None:
    writer = PanelWriter(tmp_path)
    WhyFile(writer, "aa").write(noted(), 1.0)
    (writer.folder / "why").mkdir()
    (writer.folder / "why" / f"{NOON - HOUR}.json").write_text(spoilt)
    (writer.folder / names.WHY).write_text(spoilt)
    WhyFile(writer, "aa").write([Judged(NOON, BTC, 0)], 2.0)
    assert json.loads((writer.folder / names.WHY).read_text())["symbols"][BTC]["candles"] == 1


def test_nothing_new_is_not_written_again(tmp_path: Path) -> None:
    writer = PanelWriter(tmp_path)
    why = WhyFile(writer, "aa")
    why.write(noted(), 1.0)
    path = writer.folder / names.WHY
    stamp = path.stat().st_mtime_ns
    why.write([], 2.0)
    assert path.stat().st_mtime_ns == stamp
    path.unlink()
    why.write([], 3.0)
    assert path.exists()


def test_the_engine_tells_what_became_of_a_candle() -> None:
    bench = Bench()
    bench.price(100.0)
    bench.settle()
    bench.close(100.0)
    assert bench.symbol().judged == BIT["no_signal"]
    bench.signals.says[bench.symbol().key] = BUY
    bench.price(100.0)
    bench.settle()
    bench.fill(bench.last(), 100.0)
    bench.close(100.0)
    assert bench.symbol().judged == 0
    bench.price(100.0)
    bench.close(100.0)
    assert bench.symbol().judged == -1
