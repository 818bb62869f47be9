"""The log as people read it: the newest entries, one of them in full, all of them by code."""
