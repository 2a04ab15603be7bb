"""What `rag setup` makes of a bare machine, step by step."""
