"""Nouns: values of trading that know nothing of the world around them. Standard library only."""
