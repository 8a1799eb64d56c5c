"""The dossiers: one for every procedure of the catalogue, and the full forms, each in a file of its own."""
