"""Evidence: sentences, what speaks for each before any model has read it, and the stretches to read."""
