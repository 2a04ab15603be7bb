"""From one answer to a score, and from scores to figures with their intervals."""
