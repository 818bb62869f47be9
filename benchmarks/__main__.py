"""`python -m benchmarks [NAME...]`: measures everything, or what is named, and prints a table."""

from __future__ import annotations

import importlib
import platform
import sys
from collections.abc import Sequence
from os import cpu_count

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

PARTS = (
    "fast_engine", "live_engine", "recording", "sweeps", "decisions", "indicators", "journal",
    "store", "many_symbols", "latency", "optimiser", "panel", "processes",
)  # fmt: skip


def main(names: Sequence[str]) -> int:
    """Measure the parts that are named, all without names; 2 for a name that is none."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.stderr.write(f"{', '.join(unknown)}: no such part; there are {', '.join(PARTS)}\n")
        return 2
    console = Console()
    machine = f"{platform.python_implementation()} {platform.python_version()}, {cpu_count()} cores"
    table = Table("work", "here", "bar", "others", title=f"{platform.machine()}, {machine}")
    for name in names or PARTS:
        with console.status(f"measuring: {name}"):
            figures: list[Figure] = importlib.import_module(f"benchmarks.{name}").figures()
        for figure in figures:
            table.add_row(figure.work, figure.result, figure.bar, figure.others)
    console.print(table)
    console.print("Figures of others were taken on another machine: compare proportions.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
