"""The common strategy of specification 7.1 by our engines and by those of others, in one run."""
