"""A reader sees a whole file or the one before, and is never made to wait."""

import os
import threading
from pathlib import Path

import pytest

from tests.bridge.samples import names_in
from trader.bridge.files import NotAFile, TooLarge, read_whole, write_together, write_whole

resource = pytest.importorskip("resource", reason="limits files as only Unix can")


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    texts = ["a" * 200_000, "b" * 300_000]
    write_whole(path, texts[0])
    done = threading.Event()

    def write() -> None:
        for n in range(150):
            write_whole(path, texts[n % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(read_whole(path, 10**6))
    writer.join()
    assert seen <= {text.encode() for text in texts}


def test_no_draft_stays_behind(tmp_path: Path) -> None:
    write_whole(tmp_path / "view.json", "{}", sync=True)
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "missing" / "view.json", "{}")
    assert names_in(tmp_path) == ["view.json"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "view.json"
    write_whole(path, "old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, before[1]))
    try:
        with pytest.raises(OSError, match="large"):
            write_whole(path, "newer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["view.json"]


def test_a_folder_in_the_way_is_an_error_without_leftovers(tmp_path: Path) -> None:
    (tmp_path / "view.json" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"view\.json"):
        write_whole(tmp_path / "view.json", "{}")
    assert names_in(tmp_path) == ["view.json"]


def test_what_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(NotAFile):
            read_whole(tmp_path / name, 100)


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_text("x" * 101)
    with pytest.raises(TooLarge, match="101 bytes, at most 100"):
        read_whole(path, 100)
    assert read_whole(path, 101) == b"x" * 101


def test_of_files_written_together_none_is_replaced_when_one_cannot_be(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "missing" / "b.csv"
    first.write_text("old", "utf-8")
    with pytest.raises(OSError, match="No such file"):
        write_together({first: "new", second: "new"})
    assert first.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    write_together({first: "new", tmp_path / "b.csv": "new"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
    assert first.read_text("utf-8") == "new"
