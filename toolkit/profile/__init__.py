"""A province and a year as data: forms, where their cells stand, bounds, and which rules are in force."""
