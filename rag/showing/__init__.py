"""Showing: answers and articles as text and JSON, how sure they are, and how they came about."""
