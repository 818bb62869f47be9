"""Models: what was learned from data, once something was."""

from __future__ import annotations

from dashboard.research.models import models

models()
