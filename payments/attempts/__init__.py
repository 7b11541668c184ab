"""Attempts to pay: their states and their rows. Cash succeeds as it is recorded; other ways will wait in between."""
