"""Form and rules held against a return or a disclosure."""
