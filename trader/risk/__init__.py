"""Permission: whether, and how much."""
