"""The real program, whose doubts about unanswered orders last seconds instead of minutes, and
a ban of unknown length too.

Nothing else is different: exchanges that forget nothing need no two minutes to be believed.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
QUARANTINE = 12_000  # ms; the third clean "not found" comes later than that
BAN = 8_000  # ms, where the exchange does not say for how long


def hurry() -> None:
    """Shorten what is written down for every venue."""
    from trader.venues.profiles import PROFILES
    from trader.venues.real.limits import LIMITS

    for profile in PROFILES.values():
        object.__setattr__(profile.capabilities, "quarantine", QUARANTINE)
    for limits in LIMITS.values():
        object.__setattr__(limits, "pauses", {**limits.pauses, 418: BAN})


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    hurry()
    runpy.run_path(str(ROOT / "run_bot.py"), run_name="__main__")
