"""Model packs: which there are, fetching them, and proving that they are sound."""
