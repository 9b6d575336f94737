"""Findings marked in a copy of a person's own workbook."""
