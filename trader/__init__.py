"""An automatic trading system: daemon, rules, books and simulation."""

__version__ = "0.1.0"
