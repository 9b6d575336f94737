"""Findings told: on the terminal, as a page, as data."""
