"""The slips of a dossier: what is handed to the applicant at each turn, and what the offices keep. One file adds the next.

Which form applies, and what it is called, stands by date in `data/slip_forms.csv`. A slip says what the case knows and nothing else:
the texts of the official forms are not in the sources, so none is made up here.
"""
