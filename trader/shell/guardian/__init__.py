"""A second small process: it watches the daemon, and takes its place when it is gone."""
