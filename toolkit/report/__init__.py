"""What goes back to the unit."""
