"""The checks of `rag doctor`, each with the command that mends what it finds."""
