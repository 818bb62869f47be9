"""Whether a process that published once is still there."""

from __future__ import annotations

_SLACK = 5.0  # seconds between a process' start and its first word about it


def alive(pid: int, started_at: float) -> bool:
    """Whether the process of this id began no later than that (seconds since 1970).

    A number that another program got meanwhile does not count. Only of this computer.
    """
    import psutil  # slow to load, and asked for only when a bot is silent

    if pid <= 0:
        return False
    try:
        return bool(psutil.Process(pid).create_time() <= started_at + _SLACK)
    except (psutil.Error, OSError, OverflowError):
        return False
