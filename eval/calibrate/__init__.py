"""Weights fitted on development questions."""
