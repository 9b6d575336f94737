"""What must hold: the claim language and the catalogue of rules."""
