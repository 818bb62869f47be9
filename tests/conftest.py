"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# A developer's run looks for new cases; CI proves the same ones every time.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
