"""From a question to the passages that are about it."""
