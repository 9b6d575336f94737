"""What goes out to the public, and the papers behind it."""
