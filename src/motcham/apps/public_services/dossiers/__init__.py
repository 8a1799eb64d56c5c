"""What is kept of a dossier beside its case: its code, who took it in, what Decision 766 counts, which slips it needs."""
