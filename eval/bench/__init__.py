"""Measurements of the library that need no language model."""
