"""The function and the loop."""
