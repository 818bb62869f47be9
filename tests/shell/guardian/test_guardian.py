"""The guardian's judgement: when it acts, what it does first, and when it leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shell.guardian.fakes import DAEMON, FakeChild, World
from tests.storage.samples import order
from trader.domain.errors import AlreadyRunning, BadInput
from trader.domain.order import Kind, Purpose, Status
from trader.shell.lock import quiet

NEXT = 4_712


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.beat()
    return made


def comes_up(world: World) -> FakeChild:
    """A daemon that starts and beats."""
    world.machine.alive[NEXT] = 2.0
    world.beat(NEXT)
    return FakeChild()


def dead(world: World) -> None:
    world.machine.alive.clear()


def test_nothing_happens_while_it_beats(world: World) -> None:
    guardian = world.hire()
    for _ in range(30):
        world.beat()
        assert world.wait(guardian, 1)
    assert (world.machine.started, world.machine.ended) == ([], [])
    assert world.said()["state"] == "watching"


def test_a_touch_is_a_beat_too_for_a_full_disk_writes_no_status(world: World) -> None:
    guardian = world.hire()
    for at in range(30):
        os.utime(world.folder / "bot.owner.json", ns=(at, at))
        world.wait(guardian, 1)
    assert world.machine.ended == []


def test_a_dead_daemon_is_started_again_after_the_silence_not_before(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: comes_up(world)
    assert world.wait(guardian, 9)
    assert world.machine.started == []
    assert world.wait(guardian, 2)
    assert world.machine.started == ["the bot was silent for 10 s"]
    assert world.machine.ended == []
    assert "runs again" in world.said()["action"]
    world.wait(guardian, 1)
    assert world.said()["state"] == "watching"


def test_a_frozen_daemon_is_ended_before_another_is_started(world: World) -> None:
    guardian = world.hire()
    world.machine.starting = lambda: comes_up(world)
    world.wait(guardian, 11)
    assert world.machine.ended == [DAEMON]
    assert len(world.machine.started) == 1


def test_beside_a_process_that_does_not_end_nothing_is_done(world: World) -> None:
    guardian = world.hire()
    world.machine.stubborn = True
    assert world.wait(guardian, 30)
    assert world.machine.ended
    assert (world.machine.started, world.guarded) == ([], [])
    assert world.said()["state"] == "failed"


def test_nothing_is_done_while_somebody_holds_the_lock(world: World) -> None:
    guardian = world.hire()
    dead(world)
    with quiet(world.folder):
        assert world.wait(guardian, 30)
    assert (world.machine.started, world.guarded) == ([], [])


def test_our_own_sleep_is_not_its_silence(world: World) -> None:
    guardian = world.hire()
    world.machine.at += 3_600  # the machine was suspended
    assert guardian.look()
    assert (world.machine.ended, world.machine.started) == ([], [])


def test_without_anything_at_stake_it_leaves_a_dead_daemon_alone(world: World) -> None:
    world.books(held=False)
    guardian = world.hire()
    dead(world)
    assert not world.wait(guardian, 30)
    assert world.machine.started == []


def test_a_frozen_daemon_without_positions_is_not_touched(world: World) -> None:
    world.books(held=False)
    guardian = world.hire()
    assert world.wait(guardian, 30)
    assert world.machine.ended == []
    assert world.said()["state"] == "idle"


def test_an_entry_under_way_is_at_stake(world: World) -> None:
    world.books(held=False, orders=[order(status=Status.UNKNOWN)])
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: comes_up(world)
    world.wait(guardian, 11)
    assert len(world.machine.started) == 1


def test_what_the_exchange_protects_needs_no_guardian(world: World) -> None:
    stop = replace(
        order("aaO-1", Status.OPEN), kind=Kind.OCO, purpose=Purpose.BRACKET, quantity=Decimal(1)
    )
    world.books(orders=[stop])
    guardian = world.hire()
    dead(world)
    assert world.wait(guardian, 30)
    assert world.machine.started == []
    assert world.said()["coverage"]["upbit"]["exchange"] == 1.0


def test_an_ordered_stop_ends_it(world: World) -> None:
    guardian = world.hire()
    world.beat(word="stopped")
    assert world.wait(guardian, 1)  # it still lives
    dead(world)
    assert not world.wait(guardian, 1)


def test_after_three_restarts_in_an_hour_it_guards_itself(world: World) -> None:
    def crashes() -> FakeChild:
        return FakeChild(1, "unexpected trouble")

    guardian = world.hire()
    dead(world)
    world.machine.starting, world.ending = crashes, [False]
    assert not world.wait(guardian, 600)
    assert len(world.machine.started) == 3
    assert [settings for settings, _ in world.guarded] == [b"A=1\n"]


def test_restarts_are_remembered_over_its_own_death(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: FakeChild(1)
    world.wait(guardian, 11)
    before = len(world.machine.started)
    assert before > 0
    another, world.ending = world.hire(), [False]
    world.wait(another, 600)
    assert len(world.machine.started) == 3


def test_wrong_settings_are_not_tried_again(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.env.write_text("MODE=nonsense\n")
    world.machine.starting, world.ending = lambda: FakeChild(2, ".env:1 MODE=nonsense"), [False]
    assert not world.wait(guardian, 30)
    assert len(world.machine.started) == 1
    assert world.guarded[0][0] == b"A=1\n"  # as the daemon had them


def test_a_daemon_that_says_nothing_has_not_started(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.ending = [False]
    assert not world.wait(guardian, 600)
    assert len(world.machine.started) == 3
    assert len(world.guarded) == 1


def test_a_command_that_cannot_be_run_is_a_failure_like_others(world: World) -> None:
    def missing() -> FakeChild:
        raise FileNotFoundError(2, "No such file or directory")

    guardian = world.hire()
    dead(world)
    world.machine.starting, world.ending = missing, [False]
    assert not world.wait(guardian, 600)
    assert len(world.guarded) == 1


def test_guarding_that_fails_is_tried_until_it_works(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: FakeChild(2)
    group = ExceptionGroup("life", [BadInput("no keys")])
    world.ending = [group, RuntimeError("signature=abc"), False]
    world.machine.alive[os.getpid()] = 3.0  # the owner's file names us now
    assert not world.wait(guardian, 600)
    assert len(world.guarded) == 3
    assert world.machine.ended == []  # above all not itself


def test_a_failure_is_shown_with_its_reason(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: FakeChild(2)
    seen: list[tuple[str, str]] = []
    world.machine.ticking = lambda: seen.append((world.said()["state"], world.said()["action"]))
    world.ending = [BadInput("no keys"), RuntimeError("signature=abc"), False]
    world.wait(guardian, 600)
    assert any(state == "failed" and "no keys" in action for state, action in seen)
    assert any("unexpected RuntimeError" in action for _, action in seen)
    assert not any("signature" in action for _, action in seen)  # only our own words are safe


def test_whoever_came_first_is_watched_instead(world: World) -> None:
    guardian = world.hire()
    dead(world)
    world.machine.starting = lambda: FakeChild(2)
    world.ending = [AlreadyRunning("somebody")]
    world.machine.alive[NEXT] = 2.0
    assert world.wait(guardian, 11)
    world.beat(NEXT)
    assert world.wait(guardian, 1)
    assert world.said()["state"] == "watching"


def test_a_restart_asked_for_while_guarding_brings_the_daemon_back(world: World) -> None:
    guardian = world.hire()
    dead(world)
    tries: Iterator[FakeChild] = iter([FakeChild(2)])
    world.machine.starting = lambda: next(tries, None) or comes_up(world)
    world.ending = [True]
    assert world.wait(guardian, 11)
    assert len(world.machine.started) == 2
    assert world.said()["action"] == "a restart was asked for; it runs again"
    world.wait(guardian, 1)
    assert world.said()["state"] == "watching"


def test_what_is_watched_ends_with_a_word(world: World) -> None:
    guardian = world.hire()
    world.beat(word="stopped")
    dead(world)
    guardian.watch()
    assert world.said()["state"] == "off"
