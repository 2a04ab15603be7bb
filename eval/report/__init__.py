"""A run's figures as HTML, Markdown and CSV."""
