"""Public services: every procedure of the state a dossier, found by everyday words and filed once."""
