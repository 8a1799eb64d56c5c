"""What a dossier prints beside its slips."""
