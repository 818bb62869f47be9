"""From intent to order, and what becomes of it."""
