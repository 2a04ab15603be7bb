"""The chat page: turns, conversations, votes, and how an answer came about."""
