"""The real program, whose doubts about unanswered orders last seconds instead of minutes, and
a ban of unknown length too; it compares its books more often, and tries a dead key sooner.

Nothing else is different: exchanges that forget nothing need no two minutes to be believed.
"""

import runpy
import sys
from pathlib import Path

HURRIED = Path(__file__)
ROOT = HURRIED.parents[3]
QUARANTINE = 12_000  # ms; the third clean "not found" comes later than that
BAN = 8_000  # ms, where the exchange does not say for how long
REPORTS = 4_000  # ms between two comparisons of the books
HEAVY = ("binance_futures", "binance_spot")  # whose reports would use up the limits
KEYS = 10_000  # ms without a report after a key was refused


def hurry() -> None:
    """Shorten what is written down for every venue."""
    from trader.venues.profiles import PROFILES
    from trader.venues.real import reports
    from trader.venues.real.limits import LIMITS

    for name, profile in PROFILES.items():
        object.__setattr__(profile.capabilities, "quarantine", QUARANTINE)
        if name not in HEAVY:
            object.__setattr__(profile.capabilities, "report_every", REPORTS)
    assert reports.KEYS_PAUSE > KEYS
    reports.KEYS_PAUSE = KEYS
    for limits in LIMITS.values():
        object.__setattr__(limits, "pauses", {**limits.pauses, 418: BAN})


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    hurry()
    runpy.run_path(str(ROOT / "run_bot.py"), run_name="__main__")
