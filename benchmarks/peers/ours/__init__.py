"""Our engines as contestants, each in a process of its own like those of others."""
