"""What the finance platform exported, read into the same blocks as our forms: nothing is guessed in silence."""
