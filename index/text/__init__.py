"""What stands in an article: cleaned, laid out, dated, and told apart into sentences and passages."""
