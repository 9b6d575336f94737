"""What people edited: held against what was made, given new figures, compared; no marks in the document, only its text."""
