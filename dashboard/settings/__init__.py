"""Settings of the bot: read, drafted, foretold, and applied through the one path."""
