"""How often one address may try what a case asks of strangers."""

from __future__ import annotations

from motcham.ui.throttle import Throttle, caller_of, forget

__all__ = ["Throttle", "advice", "caller_of", "drafts", "filings", "forget", "misses", "uploads"]

# Codes hold 65 random bits, so a few misses a minute are a slip of the hand and many are a search.
misses = Throttle(most=30, seconds=60)
filings = Throttle(most=30, seconds=60)
# What strangers begin or upload lies here until it is swept; one office behind one address stays well below this.
drafts = Throttle(most=120, seconds=600)
uploads = Throttle(most=60, seconds=600)
# Advice is asked for while one types, a few times a minute.
advice = Throttle(most=120, seconds=60)
