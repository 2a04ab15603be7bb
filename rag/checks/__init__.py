"""Checks: what is drafted against the words, times, parties and values of its source."""
