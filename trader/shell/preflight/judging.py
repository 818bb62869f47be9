"""What findings mean for a start: the exit code, and the refusal of one that must not be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from trader.bridge.words.checks import sentence
from trader.domain.errors import BadInput, KeysRefused, TraderError
from trader.domain.finding import Finding, Mark
from trader.venues.real.preflight.inquiry import AWAY

KEYS = frozenset({
    "key_unknown", "key_expired", "secret_wrong", "address_refused", "key_or_address",
    "right_missing", "may_withdraw",
})  # fmt: skip
SETTINGS = frozenset({
    "keys_missing", "no_test_network", "symbols_unknown", "balance_too_small", "entries_too_small",
    "multi_assets", "hedge_mode_in_use", "essential_missing",
})  # fmt: skip
# With these there is nobody to ask and nothing to ask with.
SENSELESS = frozenset({"keys_missing", "no_test_network"})
GUARDING = "guarding"
_CODES = ((KEYS, 4), (SETTINGS, 2))
_ERRORS: dict[int, type[TraderError]] = {4: KeysRefused, 2: BadInput, 1: TraderError}


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when trading could start; 4 for keys, 2 for settings, 1 for anything else."""
    failed = {finding.code for finding in findings if finding.mark is Mark.FAIL}
    if not failed:
        return 0
    return next((code for codes, code in _CODES if failed & codes), 1)


def away(findings: Iterable[Finding]) -> list[Finding]:
    """Questions that nobody answered: no reason against a start, and no permission either."""
    return [finding for finding in findings if finding.code in AWAY]


def against(findings: Iterable[Finding]) -> list[Finding]:
    """What speaks against trading."""
    failed = [finding for finding in findings if finding.mark is Mark.FAIL]
    return [finding for finding in failed if finding.code not in AWAY]


def guardable(findings: Iterable[Finding], holding: Collection[str]) -> bool:
    """Whether a start that finds this must go on without entries: a process that ends guards
    nothing. `holding`: venues with positions or orders of ours.

    Whatever speaks against an account, its exits and protection are tried as far as the exchange
    lets them.
    """
    return bool(holding) and not any(f.code in SENSELESS for f in against(findings))


def refuse(findings: Sequence[Finding], language: str) -> None:
    """One sentence for each failure. Raises `KeysRefused`, `BadInput` or `TraderError`."""
    bad = against(findings)
    if bad:
        text = "\n".join(f"{f.about}: {sentence(f, language)} ({f.code})" for f in bad)
        raise _ERRORS[exit_code(bad)](text)
