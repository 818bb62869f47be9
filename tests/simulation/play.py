"""Runs seeds of the simulation, and says what a failing one was."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.simulation.world import Setting, World

KEPT = Path(__file__).with_name("regression_seeds.txt")


def play(setting: Setting) -> World:
    """One run from beginning to end; its files are gone afterwards."""
    world = World(setting)
    try:
        return world.run()
    finally:
        world.ledger.discard()


def faulty(seeds: Iterable[int], empty: Path, counts: Counter[str]) -> list[str]:
    """A report for every seed that breaks a promise; what happened is added to `counts`."""
    reports = []
    for seed in seeds:
        world = play(Setting(seed, empty))
        counts += world.counts
        if spared := [venue for venue, f in world.exchanges.faults.items() if not f.fired]:
            reports.append(f"seed {seed}: nothing went wrong on {', '.join(spared)}")
        if world.observer.violations:
            reports.append(report(seed, world))
            keep(seed)
        gc.collect(0)
    return reports


def report(seed: int, world: World) -> str:
    """The seed, what it broke, and everything that was going to happen to it."""
    broken = [f"  {name}: {text}" for name, text in world.observer.violations.items()]
    scripts = [f"  {venue}: {script}" for venue, script in world.exchanges.scripts().items()]
    return "\n".join((f"seed {seed}", *broken, f"  {world.trouble}", *scripts))


def kept() -> list[int]:
    """Seeds that failed once."""
    lines = (line.partition("#")[0].strip() for line in KEPT.read_text("utf-8").splitlines())
    return [int(line) for line in lines if line]


def keep(seed: int) -> None:
    """Remember a seed that failed, so that it is run for ever."""
    if seed not in kept():
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{seed}\n")
