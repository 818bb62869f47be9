"""Whether and how much: the one place where an `Approved` comes from."""

from dataclasses import dataclass

from trader.domain.parameters import Parameters
from trader.domain.signal import BIT
from trader.risk.controls import Circumstances, entry_controls
from trader.risk.leverage import Strain, leverage_for
from trader.risk.sizing import Means, size
from trader.risk.verdict import Approved, EntryRequest, Refused


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that risk looks at besides the request. `blocks`: mask of halts in force."""

    parameters: Parameters
    means: Means
    strain: Strain
    circumstances: Circumstances
    slots_used: int
    blocks: int


def review(request: EntryRequest, s: Situation) -> Approved | Refused:
    """Approve an entry with its size and leverage, or refuse it with every reason."""
    p = s.parameters
    blocks = s.blocks
    if s.slots_used >= p.max_positions > 0:
        blocks |= BIT["max_positions"]
    if blocks:
        return Refused(request, blocks)
    leverage, terms = leverage_for(request, p, s.strain) if s.means.margin else (1.0, ())
    sized = size(request, p, s.means, leverage)
    if sized.lots == 0:
        return Refused(request, sized.reasons)
    value = sized.lots * s.means.step * request.price
    denied, lines = entry_controls(p, s.circumstances, request.price, value, s.means.equity)
    if denied:
        return Refused(request, denied)
    return Approved(request, sized.lots, leverage, sized.reasons, lines, terms)
