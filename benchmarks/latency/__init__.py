"""From a price on the wire to an order on the wire, and how late the event loop is meanwhile."""

from benchmarks.latency.table import figures

__all__ = ["figures"]
