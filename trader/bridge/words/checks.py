"""What the checks say to people, in English and Korean: one code, one sentence and its remedy."""

from __future__ import annotations

from collections.abc import Mapping

from trader.bridge.words.checks_en import ENGLISH
from trader.bridge.words.checks_ko import KOREAN
from trader.bridge.words.messages import in_korean
from trader.domain.finding import Finding, Mark

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "ko": KOREAN}
SIGNS = {Mark.OK: "✔", Mark.WARN: "!", Mark.FAIL: "✖"}


def sentence(finding: Finding, language: str) -> str:
    """What was found, and what to do about it if anything."""
    text, remedy = cause_and_remedy(finding, language)
    return f"{text} -> {remedy}" if remedy else text


def cause_and_remedy(finding: Finding, language: str) -> tuple[str, str]:
    """What was found, and what to do, empty if nothing. Raises `KeyError` for an unknown code, or
    for facts that its words name and that are not there."""
    words = LANGUAGES[language]
    values = {"venue": finding.about, **finding.values}
    if "right" in values:
        values["right"] = words[f"right.{values['right']}"]
    if language == "ko" and "reason" in values:
        values["reason"] = in_korean(str(values["reason"]))
    return words[finding.code].format(**values), words.get(f"{finding.code}.do", "").format(
        **values
    )


def line(finding: Finding, language: str) -> str:
    """One line: mark, what it is about, the code, the sentence."""
    said = sentence(finding, language).replace("\n", " ")
    return f"{SIGNS[finding.mark]} {finding.about} {finding.code}: {said}"
