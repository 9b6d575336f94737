"""Budget disclosure toolkit: templates, checks, merging and the statement of a department's published budget."""

__version__ = "0.1.0"
