"""Findings sent back: the list to tick, the slips, the colleague's Word documents."""
