"""The mailbox has one slot; what is put there is taken once, whatever it is."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.bridge.samples import names_in
from trader.bridge.mailbox import MailboxFull, Refused, Taken, drop, new_id, settle, take
from trader.domain.errors import BadInput

NOW = 1_700_000_000.0
GOOD = {"id": "c1", "name": "pause", "args": {}, "issued_at": NOW, "issued_by": "test"}


def put(data: Path, document: object) -> None:
    (data / "command.json").write_text(
        document if isinstance(document, str) else json.dumps(document)
    )


def taken(data: Path, now: float = NOW) -> Taken | Refused:
    result = take(data, now)
    assert result is not None
    settle(data, result)
    return result


def kept_aside(data: Path) -> list[str]:
    folder = data / "rejected_commands"
    return names_in(folder) if folder.exists() else []


# ---------------------------------------------------------------- the way of a good command


def test_what_is_dropped_is_taken_once(tmp_path: Path) -> None:
    dropped = drop(tmp_path, "set_preset", {"preset": "day"}, "panel", NOW)
    assert taken(tmp_path) == Taken(dropped, "set_preset", {"preset": "day"}, "panel", NOW)
    assert take(tmp_path, NOW) is None
    assert names_in(tmp_path) == []


def test_an_untaken_command_is_never_overwritten(tmp_path: Path) -> None:
    first = drop(tmp_path, "pause", {}, "panel", NOW)
    with pytest.raises(MailboxFull, match="has not been taken"):
        drop(tmp_path, "resume", {}, "panel", NOW)
    assert taken(tmp_path).id == first
    assert names_in(tmp_path) == []


def test_of_many_writers_at_once_one_succeeds(tmp_path: Path) -> None:
    def attempt(n: int) -> str | None:
        try:
            return drop(tmp_path, "pause", {}, f"writer {n}", NOW)
        except MailboxFull:
            return None

    with ThreadPoolExecutor(8) as pool:
        ids = [command_id for command_id in pool.map(attempt, range(40)) if command_id]
    assert len(ids) == 1
    assert taken(tmp_path).id == ids[0]


def test_nonsense_is_refused_before_it_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="unknown_command"):
        drop(tmp_path, "sell_all", {}, "panel", NOW)
    assert names_in(tmp_path) == []


def test_a_claimed_command_survives_a_crash(tmp_path: Path) -> None:
    drop(tmp_path, "pause", {}, "panel", NOW)
    before = take(tmp_path, NOW)  # and then the power went
    drop(tmp_path, "resume", {}, "panel", NOW)
    again = take(tmp_path, NOW)
    assert again == before
    assert isinstance(again, Taken)
    settle(tmp_path, again)
    following = taken(tmp_path)
    assert isinstance(following, Taken)
    assert following.name == "resume"


def test_ids_are_unique_and_sort_by_time() -> None:
    ids = [new_id(NOW + n) for n in range(100)]
    assert ids == sorted(set(ids))
    assert {len(command_id) for command_id in ids} == {26}


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("age", "accepted"), [(0, True), (59.9, True), (60.1, False), (-59, True), (-61, False)]
)
def test_a_command_older_than_a_minute_is_expired(
    tmp_path: Path, age: float, accepted: bool
) -> None:
    put(tmp_path, GOOD | {"issued_at": NOW - age})
    result = taken(tmp_path)
    assert isinstance(result, Taken) is accepted
    if isinstance(result, Refused):
        assert (result.code, result.id, result.malformed) == ("expired", "c1", False)
        assert result.message.startswith("expired: issued ")
    assert kept_aside(tmp_path) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("", "bad_json"),
        ("{", "bad_json"),
        ("[1]", "bad_json"),
        ('{"id": "c1", "id": "c2"}', "bad_json"),
        (GOOD | {"issued_at": float("nan")}, "bad_json"),
        (GOOD | {"name": "format_disk"}, "unknown_command"),
        (GOOD | {"name": 7}, "bad_arguments"),
        (GOOD | {"args": {"venue": "moon"}}, "bad_arguments"),
        (GOOD | {"args": []}, "bad_arguments"),
        (GOOD | {"extra": 1}, "bad_arguments"),
        (GOOD | {"issued_at": "now"}, "bad_arguments"),
        (GOOD | {"issued_at": True}, "bad_arguments"),
        (GOOD | {"id": ""}, "bad_arguments"),
        (GOOD | {"id": 5}, "bad_arguments"),
        (GOOD | {"id": "x" * 101}, "bad_arguments"),
        ({"name": "pause"}, "bad_arguments"),
        ("x" * 65_537, "too_large"),
        ("[" * 65_536, "bad_json"),
    ],
)
def test_what_is_no_command_is_refused_and_kept_aside(
    tmp_path: Path, document: object, code: str
) -> None:
    put(tmp_path, document)
    content = (tmp_path / "command.json").read_bytes()
    result = taken(tmp_path)
    assert isinstance(result, Refused)
    assert (result.code, result.malformed) == (code, True)
    assert result.message.startswith(f"{code}: ")
    (kept,) = kept_aside(tmp_path)
    assert kept.endswith(f"-{code}.json")
    assert content.startswith((tmp_path / "rejected_commands" / kept).read_bytes())
    assert take(tmp_path, NOW) is None


def test_a_refusal_names_the_command_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    put(tmp_path, GOOD | {"args": {"venue": "moon"}})
    result = taken(tmp_path)
    assert isinstance(result, Refused)
    assert (result.id, result.name, result.by) == ("c1", "pause", "test")


def test_a_refused_file_has_the_same_id_after_a_crash(tmp_path: Path) -> None:
    put(tmp_path, "{")
    first, second = take(tmp_path, NOW), take(tmp_path, NOW + 100)
    assert first == second
    assert first is not None
    assert first.id.startswith("rejected-")


# ---------------------------------------------------------------- what is no file at all


def _folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def _loop(path: Path) -> None:
    path.symlink_to(path.with_name(".command.claimed"))


def _link_to_a_good_one(path: Path) -> None:
    target = path.with_name("elsewhere.json")
    target.write_text(json.dumps(GOOD))
    path.symlink_to(target)


@pytest.mark.parametrize("make", [_folder, _pipe, _dangling, _loop, _link_to_a_good_one])
def test_what_is_no_file_is_moved_out_of_the_way(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "command.json")
    result = taken(tmp_path)
    assert isinstance(result, Refused)
    assert result.code == "not_a_file"
    assert len(kept_aside(tmp_path)) == 1
    assert take(tmp_path, NOW) is None


def test_of_a_huge_file_only_the_beginning_is_kept_and_its_other_name_is_unharmed(
    tmp_path: Path,
) -> None:
    precious = tmp_path / "trader.db"
    with precious.open("wb") as file:
        file.truncate(50_000_000)
    os.link(precious, tmp_path / "command.json")
    assert isinstance(taken(tmp_path), Refused)
    (kept,) = kept_aside(tmp_path)
    assert (tmp_path / "rejected_commands" / kept).stat().st_size == 65_536
    assert precious.stat().st_size == 50_000_000


def test_the_mailbox_is_free_again_when_nothing_can_be_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "rejected_commands").write_text("no folder")
    put(tmp_path, "broken")
    assert isinstance(taken(tmp_path), Refused)
    assert names_in(tmp_path) == ["rejected_commands"]


def test_at_most_a_hundred_are_kept_the_newest(tmp_path: Path) -> None:
    for n in range(103):
        put(tmp_path, f"broken {n}")
        taken(tmp_path)
    kept = kept_aside(tmp_path)
    assert len(kept) == 100
    assert (tmp_path / "rejected_commands" / kept[-1]).read_text() == "broken 102"
