"""How fast and how large: `make bench` prints one table of figures, and asserts nothing."""
