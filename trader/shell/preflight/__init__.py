"""Whether trading could start: this computer, the settings, the exchanges and accounts."""
