"""Saying: a decision to sentences, each held against its quotation once more."""
