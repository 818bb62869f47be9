"""One desk for each exchange: questions that take several requests."""
