"""Answers of the exchanges become values of ours, or a clear error; nothing is ever guessed."""
