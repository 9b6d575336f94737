"""Statements that others published, as returns in a profile's own forms: last year's figures, and what fills a template. Pure."""
