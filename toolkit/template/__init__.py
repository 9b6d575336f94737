"""Form and rules drawn on a workbook that a person fills in."""
