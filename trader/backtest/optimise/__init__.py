"""Looks for better parameters while the daemon runs: in worker processes, adopted by the gate."""
