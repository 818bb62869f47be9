"""The real program, whose doubts about unanswered orders last seconds instead of minutes.

Nothing else is different: exchanges that forget nothing need no two minutes to be believed.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
QUARANTINE = 12_000  # ms; the third clean "not found" comes later than that


def hurry() -> None:
    """Shorten the quarantine of every venue."""
    from trader.venues.profiles import PROFILES

    for profile in PROFILES.values():
        object.__setattr__(profile.capabilities, "quarantine", QUARANTINE)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    hurry()
    runpy.run_path(str(ROOT / "run_bot.py"), run_name="__main__")
