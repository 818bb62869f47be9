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
    words = LANGUAGES[language]
    values = {"venue": finding.about, **finding.values}
    if "right" in values:
        values["right"] = words[f"right.{values['right']}"]
    if language == "ko" and "reason" in values:
        values["reason"] = in_korean(str(values["reason"]))
    text = words[finding.code].format(**values)
    remedy = words.get(f"{finding.code}.do", "").format(**values)
    return f"{text} -> {remedy}" if remedy else text


def line(finding: Finding, language: str) -> str:
    """One line: mark, what it is about, the code, the sentence."""
    said = sentence(finding, language).replace("\n", " ")
    return f"{SIGNS[finding.mark]} {finding.about} {finding.code}: {said}"
