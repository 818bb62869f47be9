"""What the daemon publishes for the panel besides the contract's files, and how it is read."""
