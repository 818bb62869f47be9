"""TA-Lib without the data frame libraries, which a daemon that has only arrays does not need.

`import talib` imports pandas (and polars) to accept their columns: a quarter of a second and 70 MB
of every start. For the length of that one import they are made to look as if not installed, for
which TA-Lib is prepared; what is loaded already is not hidden.
"""

from __future__ import annotations

import sys
from types import ModuleType

_FRAMES = ("pandas", "polars")


def _alone() -> ModuleType:
    hidden = [name for name in _FRAMES if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's word for "not there"
    try:
        import talib
    finally:
        for name in hidden:
            del sys.modules[name]
    result: ModuleType = talib
    return result


talib = _alone()
