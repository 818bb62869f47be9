"""Files of lines: only what was added is read, a torn end waits, a new file begins anew."""

import json
import threading
from pathlib import Path
from time import perf_counter

import pytest

from tests.bridge.panel.samples import trade, trades
from trader.bridge.panel import names
from trader.bridge.panel.lines import LineFile
from trader.bridge.panel.schemas import TradeLine
from trader.bridge.panel.writer import PanelWriter


@pytest.fixture
def writer(tmp_path: Path) -> PanelWriter:
    made = PanelWriter(tmp_path)
    made.put_lines(names.TRADES, trades(3))
    return made


@pytest.fixture
def file(writer: PanelWriter) -> LineFile[TradeLine]:
    return LineFile(writer.folder / names.TRADES, TradeLine, 1_000)


def ids(file: LineFile[TradeLine]) -> list[str]:
    return [row.id for row in file.lines().rows]


def test_added_lines_follow_the_known_ones(writer: PanelWriter, file: LineFile[TradeLine]) -> None:
    first = file.lines()
    assert file.lines() is first
    writer.append(names.TRADES, [trade(3), trade(4)])
    assert ids(file) == ["t0", "t1", "t2", "t3", "t4"]
    assert file.lines().version == first.version + 1


def test_a_torn_line_is_read_once_it_is_whole(
    writer: PanelWriter, file: LineFile[TradeLine]
) -> None:
    whole = json.dumps(trade(3))
    path = writer.folder / names.TRADES
    with path.open("a") as out:
        out.write(whole[:50])
    assert (ids(file), file.lines().bad) == (["t0", "t1", "t2"], 0)
    with path.open("a") as out:
        out.write(whole[50:] + "\n")
    assert ids(file) == ["t0", "t1", "t2", "t3"]


def test_a_file_made_anew_is_read_anew(writer: PanelWriter, file: LineFile[TradeLine]) -> None:
    ids(file)
    writer.put_lines(names.TRADES, [trade(n, symbol="ETH/KRW") for n in range(4)])
    assert [row.symbol for row in file.lines().rows] == ["ETH/KRW"] * 4
    writer.put_lines(names.TRADES, trades(1))
    assert ids(file) == ["t0"]


def test_a_file_overwritten_in_place_is_noticed(
    writer: PanelWriter, file: LineFile[TradeLine]
) -> None:
    ids(file)
    path = writer.folder / names.TRADES
    path.write_text(path.read_text().replace('"t', '"u') + json.dumps(trade(9)) + "\n")
    assert ids(file) == ["u0", "u1", "u2", "t9"]


def test_what_was_read_stays_when_the_file_goes(
    writer: PanelWriter, file: LineFile[TradeLine]
) -> None:
    ids(file)
    (writer.folder / names.TRADES).unlink()
    assert len(file.lines().rows) == 3
    assert file.lines().error == "trades.jsonl is not there"


def test_a_line_that_is_none_is_counted(writer: PanelWriter, file: LineFile[TradeLine]) -> None:
    with (writer.folder / names.TRADES).open("a") as out:
        out.write('{"id": "half"}\n\nnonsense\n' + json.dumps(trade(7)) + "\n")
    assert ids(file)[-1] == "t7"
    assert file.lines().bad == 2


def test_only_the_newest_are_kept(writer: PanelWriter) -> None:
    writer.put_lines(names.TRADES, trades(50))
    assert ids(LineFile(writer.folder / names.TRADES, TradeLine, 2)) == ["t48", "t49"]


def test_a_link_and_a_folder_are_not_followed(tmp_path: Path, writer: PanelWriter) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(writer.folder / names.TRADES)
    for path in (link, tmp_path):
        found = LineFile(path, TradeLine, 10).lines()
        assert found.rows == ()
        assert "is not a plain file" in str(found.error)


def test_several_threads_see_every_line_once(writer: PanelWriter) -> None:
    writer.put_lines(names.TRADES, trades(2_000))
    file = LineFile(writer.folder / names.TRADES, TradeLine, 10_000)
    seen: list[int] = []
    readers = [threading.Thread(target=lambda: seen.append(len(ids(file)))) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert seen == [2_000] * 4


def test_ten_thousand_trades_cost_nothing_the_second_time(writer: PanelWriter) -> None:
    writer.put_lines(names.TRADES, trades(10_000))
    file = LineFile(writer.folder / names.TRADES, TradeLine, 100_000)
    began = perf_counter()
    assert len(ids(file)) == 10_000
    first = perf_counter() - began
    began = perf_counter()
    for _ in range(100):
        file.lines()
    assert (perf_counter() - began) / 100 < first / 20


def test_the_newest_line_is_found_and_a_torn_one_is_none(writer: PanelWriter) -> None:
    newest = writer.newest(names.TRADES)
    assert newest is not None
    assert newest["id"] == "t2"
    with (writer.folder / names.TRADES).open("a") as out:
        out.write("{")
    assert writer.newest(names.TRADES) is None
    assert writer.newest("nothing.jsonl") is None
