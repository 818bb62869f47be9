"""Recorded sessions decided again: what the engine answers now, compared with what it answered."""
