"""Life and death of the process."""
