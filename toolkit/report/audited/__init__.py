"""What the audit of statements found, told: in a terminal, as a page, as data."""
