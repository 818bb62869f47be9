"""The figures: ours beside ccxt.pro alone in the same run, for machines differ by the minute."""

from __future__ import annotations

from benchmarks.figure import Figure, milliseconds, percentile
from benchmarks.latency.running import Phase, Seen, measured

COUNT, PAUSE = 50, 0.5  # entries a venue in each phase, seconds between two
QUIET = Phase("quiet", 0.2, COUNT, PAUSE)
STREAMING = Phase("2 a second", 2.0, COUNT, PAUSE)
FLOOD = Phase("20 a second", 20.0, COUNT, PAUSE, together=False)  # two floods are too many
LAG_BAR = "p99 < 100 ms"
MEGABYTE = 1 << 20


def figures() -> list[Figure]:
    """From price to order, lag of the event loop, memory; three venues with 150 symbols each."""
    found = measured(("ours", "bare"), (QUIET, STREAMING, FLOOD))
    ours, bare = found["ours"], found["bare"]
    told = [_order(phase, ours[phase], bare[phase]) for phase in ours]
    told += [_kind(kind, ours) for kind in _kinds(ours)]
    told.append(_disk(ours))
    told += [_lag(phase, ours[phase], bare[phase]) for phase in ours]
    told.append(_flooded(ours, bare))
    return [*told, _size(ours[FLOOD.name], bare[FLOOD.name])]


def _order(phase: str, ours: Seen, bare: Seen) -> Figure:
    """Entries of all venues; the ratio is what a reader may keep."""
    work = f"price to order, 3 x 150 symbols, {_pace(phase, ours)}, {len(ours.entries)} entries"
    if ours.missing:
        work += f" ({ours.missing} orders never came)"
    return Figure(work, _three(ours.entries), _times(ours.entries, bare.entries), _bare(bare))


def _kinds(ours: dict[str, Seen]) -> list[tuple[str, str]]:
    return sorted({kind for seen in ours.values() for kind in seen.orders})


def _kind(kind: tuple[str, str], ours: dict[str, Seen]) -> Figure:
    """One venue's entries or stops, all phases."""
    spent = [one for seen in ours.values() for one in seen.orders.get(kind, ())]
    return Figure(f"price to order: {kind[1]} on {kind[0]}, all rates", _three(spent))


def _disk(ours: dict[str, Seen]) -> Figure:
    """What of it is the promise that nothing leaves before it is written down."""
    spent = [one for seen in ours.values() for one in seen.commits]
    return Figure("price to order: of this the journal's commit", _three(spent))


def _lag(phase: str, ours: Seen, bare: Seen) -> Figure:
    work = f"event loop lag, 3 x 150 symbols, {_pace(phase, ours)}"
    return Figure(work, _three(ours.lags), LAG_BAR, f"bare ccxt.pro {_three(bare.lags)}")


def _flooded(ours: dict[str, Seen], bare: dict[str, Seen]) -> Figure:
    """How much a flood delays a decision."""
    work = "price to order, flood against quiet"
    mine, theirs = (_times(s[FLOOD.name].entries, s[QUIET.name].entries) for s in (ours, bare))
    return Figure(work, mine, "p99 a few times", f"bare ccxt.pro {theirs}")


def _size(ours: Seen, bare: Seen) -> Figure:
    def told(seen: Seen) -> str:
        price = seen.load / seen.messages * 1e6
        return f"{seen.memory / MEGABYTE:.0f} MB, {seen.load:.0%} of a core, {price:.0f} us a price"

    ratio = ours.load / ours.messages / (bare.load / bare.messages)
    work = f"memory and processor, {_pace(FLOOD.name, ours)}"
    return Figure(work, told(ours), f"x {ratio:.2f} (us)", f"bare ccxt.pro {told(bare)}")


def _pace(phase: str, seen: Seen) -> str:
    return f"{phase} each ({seen.messages:,.0f}/s)" if phase != QUIET.name else phase


def _three(values: list[float]) -> str:
    if not values:
        return "nothing"
    middle, slow = (milliseconds(percentile(values, share)) for share in (0.5, 0.99))
    return f"p50 {middle}, p99 {slow}, max {milliseconds(max(values))}"


def _bare(bare: Seen) -> str:
    return f"bare ccxt.pro {_three(bare.entries)}, {len(bare.entries)} entries"


def _times(above: list[float], below: list[float]) -> str:
    if not above or not below:
        return "nothing"
    ratios = (percentile(above, share) / percentile(below, share) for share in (0.5, 0.99))
    middle, slow = ratios
    return f"x {middle:.2f} (p50), x {slow:.2f} (p99)"
