"""Why nothing is bought: the funnel from candidate to order, now and over 24 hours."""
