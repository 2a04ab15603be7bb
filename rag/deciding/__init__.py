"""Deciding: which of what was found is the answer, how probably, or that there is none."""
