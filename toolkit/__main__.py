"""`python -m toolkit` is the same as the command `disclosure`."""

from toolkit.cli import main

main()
