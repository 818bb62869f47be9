"""Sessions on disk: what the engine began with, every event in order, and what it answered."""
