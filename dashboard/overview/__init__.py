"""The overview: accounts, equity, positions, what comes next and what happened last."""
