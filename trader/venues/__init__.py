"""Hands: where orders go."""
