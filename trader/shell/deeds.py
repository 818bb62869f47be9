"""What the shell does itself when a command asks for it: settings, and the end of this life."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from trader.shell.daemon import Ending, Stop
from trader.shell.tuning import Tuning

Deed = Callable[[Mapping[str, Any], str], tuple[str, str]]


def deeds(tuning: Tuning, stop: Stop) -> dict[str, Deed]:
    """By the command's name."""

    def later(ending: Ending, message: str) -> Deed:
        """After the acknowledgement is on its way."""

        def deed(args: Mapping[str, Any], by: str) -> tuple[str, str]:
            del args, by
            asyncio.get_running_loop().call_later(0.3, stop.ask, ending)
            return "done", message

        return deed

    return {
        "reload_settings": tuning.reload,
        "set_parameters": tuning.set_parameters,
        "set_preset": tuning.set_preset,
        "shutdown": later(Ending.STOPPED, "stopping in order; positions are kept"),
        "restart": later(Ending.RESTART, "restarting; positions are kept"),
    }
