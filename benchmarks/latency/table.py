"""The figures."""
from benchmarks.figure import Figure
def figures() -> list[Figure]:
    return []
