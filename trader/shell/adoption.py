"""What becomes of a find: kept out, reported, or put in force through the one path."""

from __future__ import annotations

import logging

from config.errors import SettingsError
from trader.domain.errors import TraderError
from trader.domain.parameters import Parameters
from trader.shell.searching import SEARCHED, Finding, Kind, Wish, in_words
from trader.shell.tuning import Tuning

log = logging.getLogger("trader.optimiser")


def adopted(tuning: Tuning, wish: Wish, found: Finding, halted: str) -> tuple[bool, str]:
    """Whether the best values are in force now, and a sentence about it.

    `halted`: what stops entries on the whole venue now, empty when nothing does.
    """
    kept = f"kept {in_words(found.running)}" if found.running else "nothing is changed"
    how = tuning.settings.system.optimizer_adopt
    why_not = _why_not(how, found) or _not_now(tuning, wish, halted)
    if why_not:
        return False, f"{kept}: {why_not}"
    if not found.promoted:
        log.warning("OPTIMIZER_ADOPT=always: adopting against the gate (%s)", found.why)
    try:
        result, message = _put_in_force(tuning, wish, found)
    except (SettingsError, TraderError) as error:
        return False, f"{kept}: {error}"
    if result != "done":
        return False, f"{kept}: {message}"
    now = f"adopted in place of {in_words(found.running)}"
    return True, f"{now}: {message}{riskier(wish.parameters, found)}"


def _why_not(how: str, found: Finding) -> str:
    """Why the running values stay; empty when they do not. `how` is OPTIMIZER_ADOPT."""
    strange = found.best.keys() - set(SEARCHED)
    if strange:
        return f"the search may not change {', '.join(sorted(strange))}"
    if not found.best:
        return found.why
    if found.best == found.running:
        return "they are the best already"
    if how == "off":
        return "OPTIMIZER_ADOPT=off, so it is only reported"
    return "" if found.promoted or how == "always" else found.why


def _not_now(tuning: Tuning, wish: Wish, halted: str) -> str:
    """Why this is no time to change settings: a person has the word first."""
    if halted:
        return f"nothing is adopted while entries on {wish.venue} are halted ({halted})"
    if tuning.error is not None:
        return "nothing is adopted while the settings file has an error: put it right first"
    return ""


def _put_in_force(tuning: Tuning, wish: Wish, found: Finding) -> tuple[str, str]:
    adopt = tuning.adopt_in_memory if wish.kind is Kind.K else tuning.adopt
    return adopt(found.best, wish.venue, wish.parameters)


def riskier(before: Parameters, found: Finding) -> str:
    """A warning where a trade may now risk more than before; empty where it may not."""
    stop, was = found.best.get("STOP_LOSS_PERCENT", 0.0), before.stop_loss_percent
    if was and stop > was:
        return f"; mind that the stop loss is wider than before ({was:g})"
    if before.sizing == "stop_risk" and stop and (not was or stop < was):
        return "; mind that SIZING=stop_risk makes positions larger where the stop is nearer"
    return ""
